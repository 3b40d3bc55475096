import { fork } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { setTimeout } from 'node:timers/promises'
import { connect, NAVIGATION, visit } from '../test/support/client.ts'
import { Wire } from '../test/support/wire.ts'

/**
 * Sessions that never read and sessions that reset every push, while another client loads pages:
 * what the server's memory does, and whether that client is served.
 */
interface State {
  readonly rss: number
  readonly heapUsed: number
  readonly external: number
  readonly sessions: number
  readonly errors: number
  readonly outcomes: Readonly<Record<string, number>>
}

/** Milliseconds until pushes that stand still have been given up. */
const GIVEN_UP = 33_000
/** ... and until what closed sessions have left behind can be collected. */
const COLLECTED = 2000
const BATCH = 50

const [, , framework = 'fastify', scale = '1'] = process.argv
const server = fork(new URL('stress-server.ts', import.meta.url), [framework], {
  execArgv: ['--import', 'tsx', '--expose-gc'],
})
const [port] = await once(server, 'message')
const origin = `http://127.0.0.1:${port}`

async function state(): Promise<State> {
  server.send('state')
  const [answer] = await once(server, 'message')
  return answer
}

async function until(condition: (state: State) => boolean): Promise<void> {
  while (!condition(await state())) await setTimeout(100)
}

/** Milliseconds of so many loads, one after another; throws where one is not served whole. */
async function load(count: number): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const since = performance.now()
    const { status, body } = await visit(origin)
    times.push(performance.now() - since)
    if (status !== 200 || body.length !== expected.body.length) throw new Error('not served whole')
  }
  return times
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

type Opened = () => void

function shut(): Opened {
  const wire = new Wire(origin, { window: 0 })
  wire.get(1, '/')
  return () => wire.close()
}

function silent(): Opened {
  const wire = new Wire(origin)
  wire.get(1, '/')
  wire.pause()
  return () => wire.close()
}

function resetting(code: number): Opened {
  const session = connect(origin)
  session.on('error', () => {})
  session.on('stream', (stream) => stream.on('error', () => {}).close(code))
  session.request({ ':path': '/', ...NAVIGATION }).resume()
  return () => session.destroy()
}

interface Kind {
  readonly name: string
  readonly count: number
  /** Milliseconds between the two looks at the open sessions. */
  readonly wait: number
  readonly open: () => Opened
}

const sessions = (count: number) => Math.ceil(count * Number(scale))
const kinds: readonly Kind[] = [
  { name: 'flow-control window of zero', count: sessions(1000), wait: GIVEN_UP, open: shut },
  { name: 'socket not read', count: sessions(1000), wait: GIVEN_UP, open: silent },
  {
    name: 'every push cancelled',
    count: sessions(500),
    wait: 1000,
    open: () => resetting(constants.NGHTTP2_CANCEL),
  },
  {
    name: 'every push refused',
    count: sessions(500),
    wait: 1000,
    open: () => resetting(constants.NGHTTP2_REFUSED_STREAM),
  },
]

const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1).padStart(7)
function print(what: string, now: State, before: State): void {
  const opened = Math.max(1, now.sessions - before.sessions)
  const [rss, heap] = [now.rss - before.rss, now.heapUsed - before.heapUsed]
  console.log(
    `  ${what.padEnd(22)} ${String(now.sessions).padStart(5)} sessions; above the start: rss ${kilobytes(rss)} KiB, heap ${kilobytes(heap)} KiB; a session: ${kilobytes(rss / opened)} and ${kilobytes(heap / opened)} KiB`,
  )
}

async function play({ name, count, wait, open }: Kind): Promise<void> {
  console.log(`${count} sessions, ${name} (${framework})`)
  const alone = await load(30)
  const before = await state()
  const opened: Opened[] = []
  const meanwhile: number[] = []
  while (opened.length < count) {
    for (let n = 0; n < BATCH; n += 1) opened.push(open())
    meanwhile.push(...(await load(2)))
  }
  await until(({ sessions }) => sessions >= before.sessions + count)
  meanwhile.push(...(await load(20)))
  print('all open', await state(), before)
  await setTimeout(wait)
  print('some time later', await state(), before)
  const during = await load(20)
  for (const close of opened) close()
  await until(({ sessions }) => sessions <= before.sessions)
  await setTimeout(COLLECTED)
  const after = await state()
  print('closed', after, before)
  const ratio = (times: readonly number[]) => (median(times) / median(alone)).toFixed(2)
  console.log(
    `  healthy client: ${meanwhile.length + during.length} loads of ${meanwhile.length + during.length} whole; median x${ratio(meanwhile)} while they open, x${ratio(during)} with them open`,
  )
  console.log(
    `  unhandled errors: ${after.errors}; outcomes so far: ${JSON.stringify(after.outcomes)}`,
  )
}

const expected = await visit(origin)
await load(200) // warms up
for (const kind of kinds) await play(kind)
server.disconnect()
