import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { LinkOptions } from './way.ts'

const PROCESS = fileURLToPath(new URL('relay-process.ts', import.meta.url))

export interface Relay {
  readonly port: number
  close(): Promise<void>
}

/** A port on the loopback interface behind which `port` is as far away as `link` says. */
export async function createRelay(port: number, { bitrate, rtt }: LinkOptions): Promise<Relay> {
  const child = fork(PROCESS, [port, bitrate, rtt].map(String), { execArgv: ['--import', 'tsx'] })
  prefer(child)
  const [own] = await Promise.race([once(child, 'message'), failure(child)])
  return {
    port: own,
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

/** A link does not wait for a processor. Where only root may say so, there is more noise instead. */
function prefer({ pid }: ChildProcess): void {
  try {
    setPriority(pid ?? 0, constants.priority.PRIORITY_HIGHEST)
  } catch (error) {
    if (!/EACCES|EPERM/.test(String(error))) throw error
  }
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`The relay has ended (exit code ${code}).`)
}
