/**
 * What the scheduler costs: each framework with `schedule: true` and, twice, with `schedule: false`;
 * how much the latter two differ is what chance does. Each server is a process of its own; short
 * rounds interleave them. Of all rounds of a process the fastest tenth counts, since what else the
 * machine does only adds; and all are started anew several times, since how a process compiles and
 * lays out its heap differs by chance.
 *
 * `-- --processes 9` and `-- --rounds 200` for more of each, `-- --only fastify` for some.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endsStream, type Frame } from '../test/support/frames.ts'
import { fieldBlock, Wire } from '../test/support/wire.ts'
import { quantile, spread } from './ratios.js'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '100' },
    only: { type: 'string', default: 'fastify,express,node' },
  },
})

const arms = ['scheduled', 'plain', 'again'] as const
type Arm = (typeof arms)[number]

/**
 * Else V8 decides by chance, in the first seconds of a process and for good, that some of what each
 * request makes lives long: what is then not collected with it costs up to a tenth of the throughput,
 * with the scheduler or without.
 */
const EQUAL_HEAPS = [
  '--no-allocation-site-pretenuring',
  // Nor is a young generation so small that what is under way outlives it by chance: of 30,000 pages
  // 0.1 to 27 MB did, with the scheduler or without, for 3 % of the time.
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
]

interface Target {
  readonly server: ChildProcess
  readonly port: number
}

async function start(framework: string, arm: Arm): Promise<Target> {
  const server = fork(
    fileURLToPath(new URL('scheduler-servers.ts', import.meta.url)),
    [framework, arm],
    { execArgv: ['--import', 'tsx', ...EQUAL_HEAPS] },
  )
  const [port] = await once(server, 'message')
  return { server, port }
}

async function stop({ server }: Target): Promise<void> {
  server.disconnect()
  await once(server, 'exit')
}

/**
 * A session for one round: in the long run, Node's own table of a session's streams keeps those that
 * are over from being collected, and by chance most of them or few (after a full collection, a hash
 * table that has been replaced by a larger one still holds on to that).
 */
async function open({ port }: Target): Promise<Wire> {
  const client = new Wire(`http://127.0.0.1:${port}`, { window: 6 * 1024 * 1024 })
  await client.until((frames) => frames.some(({ type }) => type === 'SETTINGS'))
  // Its acknowledgement does not wait for what is made of a hundred requests.
  await setImmediate()
  return client
}

interface Load {
  readonly warmUp: number
  /** Requests that are under way at a time. */
  readonly atOnce: number
  /** The fields of each. */
  readonly requests: readonly Buffer[]
}

const PAGE = { ':path': '/', 'sec-fetch-dest': 'document', priority: 'u=0, i' }
const script = (file: number) => ({
  ':path': `/static/${file}.js`,
  'sec-fetch-dest': 'script',
  priority: 'u=1',
})

const loads: Record<string, Load> = {
  'hello-world pages': {
    warmUp: 125,
    atOnce: 16,
    requests: Array.from({ length: 192 }, () => fieldBlock(PAGE)),
  },
  '100 static files at once': {
    warmUp: 125,
    atOnce: 100,
    requests: Array.from({ length: 100 }, (_, file) => fieldBlock(script(file))),
  },
}

/**
 * Frame by frame, since what `node:http2` does for a client takes as long as what its server does:
 * the two would take turns, and what the server writes at once, for less, would take longer.
 */
async function run(client: Wire, { atOnce, requests }: Load): Promise<void> {
  let [seen, asked, ended] = [0, 0, 0]
  await client.until((frames) => {
    for (; seen < frames.length; seen++) ended += answers(frames[seen]) ? 1 : 0
    for (; asked < requests.length && asked - ended < atOnce; asked++) {
      client.ask(2 * asked + 1, requests[asked] ?? Buffer.alloc(0))
    }
    return ended === requests.length
  })
}

/** HPACK: `:status: 200` (RFC 7541, appendix A). */
const OK = 0x88

/** Whether it is the last frame of a response. */
function answers(frame: Frame | undefined): boolean {
  if (frame === undefined) return false
  if (frame.type === 'HEADERS' && frame.payload[0] !== OK) throw new Error('not answered with 200')
  // Node 20 resets without an error what has ended.
  if (frame.type === 'RST_STREAM' && frame.payload.readUInt32BE() !== 0) throw new Error('reset')
  return endsStream(frame)
}

interface Cost {
  readonly ms: number
  readonly cpu: number
}

async function cpuOf({ server }: Target): Promise<number> {
  server.send('cpu')
  const [{ user, system }] = await once(server, 'message')
  return user + system
}

async function measure(target: Target, load: Load): Promise<Cost> {
  const client = await open(target)
  const [before, since] = [await cpuOf(target), performance.now()]
  await run(client, load)
  const ms = performance.now() - since
  const cpu = (await cpuOf(target)) - before
  client.close()
  return { ms, cpu }
}

/** In any order, so that none always follows the same. */
async function round(targets: Record<Arm, Target>, load: Load) {
  const costs: Partial<Record<Arm, Cost>> = {}
  for (const arm of shuffled(arms)) costs[arm] = await measure(targets[arm], load)
  return costs as Record<Arm, Cost>
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ one }) => one)
}

const ratios = new Map<string, number[]>()

function note(what: string, ratio: number): void {
  ratios.set(what, [...(ratios.get(what) ?? []), ratio])
}

/** The fastest tenth of what one process took. */
function fastest(rounds: readonly Record<Arm, Cost>[], arm: Arm, of: keyof Cost): number {
  return quantile(
    rounds.map((costs) => costs[arm][of]),
    0.1,
  )
}

function take(what: string, rounds: readonly Record<Arm, Cost>[]): void {
  for (const [name, of] of [
    ['throughput', 'ms'],
    ["requests a second of the server's CPU", 'cpu'],
  ] as const) {
    const [plain, again] = [fastest(rounds, 'plain', of), fastest(rounds, 'again', of)]
    note(`${what}: ${name}`, (plain + again) / 2 / fastest(rounds, 'scheduled', of))
    note(`${what}: ${name}, plain against plain`, plain / again)
  }
}

async function compare(framework: string): Promise<void> {
  const targets = {
    scheduled: await start(framework, 'scheduled'),
    plain: await start(framework, 'plain'),
    again: await start(framework, 'again'),
  }
  for (const [name, load] of Object.entries(loads)) {
    // In turn, as they are measured: none has been idle for longer than the others.
    for (let n = 0; n < load.warmUp; n++) {
      for (const target of Object.values(targets)) await measure(target, load)
    }
    const rounds: Record<Arm, Cost>[] = []
    for (let n = 0; n < Number(values.rounds); n++) rounds.push(await round(targets, load))
    take(`${framework}, ${name}`, rounds)
  }
  await Promise.all(Object.values(targets).map(stop))
}

for (let process = 0; process < Number(values.processes); process++) {
  for (const framework of values.only.split(',')) await compare(framework)
}
for (const [what, all] of [...ratios].toSorted(([a], [b]) => a.localeCompare(b))) {
  console.log(`${what}: ${spread(all)}`)
}
