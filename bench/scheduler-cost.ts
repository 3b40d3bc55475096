import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schedule } from '@pushplan/node'

/** What the scheduler costs: the same server with and without it, each in a process of its own, in turns. */
const FILE_SIZE = 30_000
async function serve(scheduled: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pushplan-cost-'))
  const file = join(folder, 'asset.js')
  writeFileSync(file, 'x'.repeat(FILE_SIZE))
  const server = createServer((request, response) => respond(file, request, response))
  if (scheduled) schedule(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.send?.((server.address() as AddressInfo).port)
  process.on('message', () => process.send?.(process.cpuUsage()))
  process.on('disconnect', () => {
    rmSync(folder, { recursive: true })
    process.exit()
  })
}

function respond(file: string, { url }: Http2ServerRequest, response: Http2ServerResponse): void {
  if (url === '/') {
    response.setHeader('content-type', 'text/html')
    response.end('<h1>Hello, world</h1>')
    return
  }
  response.setHeader('content-type', 'text/javascript')
  response.setHeader('content-length', FILE_SIZE)
  createReadStream(file).pipe(response as unknown as NodeJS.WritableStream)
}

interface Arm {
  readonly server: ChildProcess
  readonly client: ClientHttp2Session
}

async function start(name: string): Promise<Arm> {
  const server = fork(new URL(import.meta.url), ['serve', name], { execArgv: ['--import', 'tsx'] })
  const [port] = await once(server, 'message')
  const client = connect(`http://127.0.0.1:${port}`, {
    settings: { initialWindowSize: 6 * 1024 * 1024 },
  })
  await once(client, 'remoteSettings')
  client.setLocalWindowSize(15 * 1024 * 1024)
  return { server, client }
}

async function cpuOf({ server }: Arm): Promise<number> {
  server.send('cpu')
  const [{ user, system }] = await once(server, 'message')
  return user + system
}

async function measure(rounds: number): Promise<void> {
  const arms = { plain: await start('plain'), scheduled: await start('scheduled') }
  for (const [name, load] of Object.entries(loads)) {
    const ratios = { rate: [] as number[], cpu: [] as number[] }
    for (let round = -3; round < rounds; round++) {
      const names = ['plain', 'scheduled'] as const
      const cost = { plain: { ms: 0, cpu: 0 }, scheduled: { ms: 0, cpu: 0 } }
      for (const arm of round % 2 === 0 ? names : names.toReversed()) {
        const [before, since] = [await cpuOf(arms[arm]), performance.now()]
        await load(arms[arm].client)
        cost[arm] = { ms: performance.now() - since, cpu: (await cpuOf(arms[arm])) - before }
      }
      if (round < 0) continue // warms up
      ratios.rate.push(cost.plain.ms / cost.scheduled.ms)
      ratios.cpu.push(cost.scheduled.cpu / cost.plain.cpu)
    }
    const [rate, cpu] = [ratios.rate, ratios.cpu].map((values) => median(values).toFixed(3))
    console.log(`${name}: x${rate} of the throughput, x${cpu} of the server's CPU time`)
  }
  process.exit()
}

async function get(client: ClientHttp2Session, headers: Record<string, string>): Promise<void> {
  await once(client.request(headers).resume(), 'close')
}

const loads: Record<string, (client: ClientHttp2Session) => Promise<void>> = {
  'hello-world pages, 10 at a time': async (client) => {
    const page = { ':path': '/', 'sec-fetch-dest': 'document', priority: 'u=0, i' }
    for (let n = 0; n < 200; n++) {
      await Promise.all(Array.from({ length: 10 }, () => get(client, page)))
    }
  },
  '100 static files at once on one session': async (client) => {
    const asset = { ':path': '/asset.js', 'sec-fetch-dest': 'script', priority: 'u=1' }
    for (let n = 0; n < 8; n++) {
      await Promise.all(Array.from({ length: 100 }, () => get(client, asset)))
    }
  },
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

const [, , role, argument] = process.argv
if (role === 'serve') await serve(argument === 'scheduled')
else await measure(Number(role ?? 15))
