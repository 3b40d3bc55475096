/**
 * What Express costs over the HTTP/2 bridge, as ratios of the server's CPU time for a request.
 * Each server is a process of its own, so that the load's work is not counted; rounds interleave
 * all servers, so that what else the machine does falls on all alike.
 */
import { requestListener, createServer } from '@pushplan/express'
import express from 'express'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { fileURLToPath } from 'node:url'

const body = JSON.stringify({ text: 'x'.repeat(200) })
const rounds = 25
const requests = 3000
const concurrency = 16

function byHand(
  _request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
): void {
  response.statusCode = 200
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}

function application(): express.Express {
  const app = express()
  app.get('/', (_req, res) => void res.type('json').send(body))
  return app
}

const servers = {
  plainHttp1: () => http.createServer(byHand),
  expressHttp1: () => http.createServer(application()),
  bridgeHttp1: () => http.createServer(requestListener(application())),
  plainHttp2: () => http2.createServer(byHand),
  bridgeHttp2: () => createServer({}, application()),
} satisfies Record<string, () => Server>

type Name = keyof typeof servers
const names = Object.keys(servers) as Name[]

async function serve(name: Name): Promise<void> {
  const server: Server = servers[name]()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.on('message', () => process.send?.(process.cpuUsage()))
  process.send?.((server.address() as AddressInfo).port)
}

interface Target {
  child: ChildProcess
  get: () => Promise<void>
  close: () => void
}

async function start(name: Name): Promise<Target> {
  const child = fork(fileURLToPath(import.meta.url), [name])
  const [port] = await once(child, 'message')
  const origin = `http://127.0.0.1:${port}`
  return name.endsWith('Http2') ? overHttp2(child, origin) : overHttp1(child, origin)
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

async function cpuTime(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ user, system }] = await once(child, 'message')
  return user + system
}

async function measure({ child, get }: Target): Promise<number> {
  const before = await cpuTime(child)
  const worker = async (): Promise<void> => {
    for (let sent = 0; sent < requests / concurrency; sent++) await get()
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return (await cpuTime(child)) - before
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** Every other round runs backwards, so that no server always follows the same one. */
async function round(targets: Record<Name, Target>, index: number): Promise<Record<Name, number>> {
  const times = {} as Record<Name, number>
  for (const name of index % 2 === 0 ? names : names.toReversed())
    times[name] = await measure(targets[name])
  return times
}

async function main(): Promise<void> {
  const started = await Promise.all(names.map(start))
  const targets = Object.fromEntries(
    names.map((name, i) => [name, started[i]]),
  ) as unknown as Record<Name, Target>
  for (let warmUp = 0; warmUp < 3; warmUp++) await round(targets, warmUp)
  const times: Record<Name, number>[] = []
  for (let i = 0; i < rounds; i++) times.push(await round(targets, i))
  const http1 = median(times.map((time) => time.bridgeHttp1 / time.expressHttp1))
  const overHttp2 = median(
    times.map((t) => t.bridgeHttp2 / (t.plainHttp2 + t.expressHttp1 - t.plainHttp1)),
  )
  console.log(`HTTP/1.1: bridge / Express alone = ${http1.toFixed(3)} (at most 1.03)`)
  console.log(`HTTP/2: bridge / (by hand + Express's own) = ${overHttp2.toFixed(3)} (at most 1.10)`)
  for (const { child, close } of started) {
    close()
    child.kill()
  }
}

const [name] = process.argv.slice(2)
await (name === undefined ? main() : serve(name as Name))
