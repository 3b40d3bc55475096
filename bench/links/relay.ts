import { fork } from 'node:child_process'
import { once } from 'node:events'
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
  const [own] = await once(child, 'message')
  return {
    port: own,
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
