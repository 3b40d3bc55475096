import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import { fileURLToPath } from 'node:url'

const concurrency = 16

/** A server of `express-servers.ts` and a client with its connections open. */
export interface Target {
  child: ChildProcess
  get: () => Promise<void>
  close: () => void
}

function overHttp1(child: ChildProcess, origin: string): Target {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency })
  const get = async (): Promise<void> => {
    const [response] = await once(http.get(origin, { agent }), 'response')
    await once(response.resume(), 'end')
  }
  return { child, get, close: () => agent.destroy() }
}

function overHttp2(child: ChildProcess, origin: string): Target {
  const session = http2.connect(origin)
  const get = async (): Promise<void> => {
    await once(session.request({ ':path': '/' }).resume(), 'close')
  }
  return { child, get, close: () => session.close() }
}

export async function start(name: string): Promise<Target> {
  const child = fork(fileURLToPath(new URL('express-servers.ts', import.meta.url)), [name])
  const [port] = await once(child, 'message')
  const origin = `http://127.0.0.1:${port}`
  return name.endsWith('Http2') ? overHttp2(child, origin) : overHttp1(child, origin)
}

export async function stop({ child, close }: Target): Promise<void> {
  close()
  child.kill()
  await once(child, 'exit')
}

async function cpuTime(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ user, system }] = await once(child, 'message')
  return user + system
}

/** The server's CPU time for so many requests, in microseconds. */
export async function measure({ child, get }: Target, requests: number): Promise<number> {
  const before = await cpuTime(child)
  const worker = async (): Promise<void> => {
    for (let sent = 0; sent < requests / concurrency; sent++) await get()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return (await cpuTime(child)) - before
}
