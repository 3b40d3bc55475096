import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ENTRIES } from './build.ts'
import { load, type Times } from './client.ts'
import { type Arm, ARMS, type Cell, CONTROLS, isProduct } from './page.ts'
import { createRelay } from './relay.ts'
import { printCell, printHead, printVerdict } from './report.ts'
import { keep, type Measured } from './results.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true, default: [''] },
    controls: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
})
/** Loads of each arm before all others, without a link: what V8 has not compiled would be measured too. */
const COMPILED = 200
/** Loads of each arm that do not count: after three a route's times are known. */
const WARM_UP = 3
const rounds = Number(values.rounds ?? (values.quick ? 5 : 7))
const arms: readonly Arm[] = values.controls ? [...ARMS, ...CONTROLS] : ARMS
const { ports, stop } = await startServer()
const results = keep(values.results)
await warmUp()
printHead(rounds)
for (const cell of cells()) {
  const samples = await measure(cell)
  printCell(results.add({ name: nameOf(cell), cell, samples }))
}
printVerdict(results.all())
stop()

interface Ports {
  readonly plain: number
  readonly product: number
}

async function startServer(): Promise<{ ports: Ports; stop: () => void }> {
  const child = fork(new URL('server.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [message] = await once(child, 'message')
  return { ports: message as Ports, stop: () => child.disconnect() }
}

async function warmUp(): Promise<void> {
  for (const assets of ['65 KB', '1 MB'] as const) {
    const cell = { mbit: Infinity, rtt: 0, think: 0, assets, chunks: 1 } as const
    for (let n = 0; n < COMPILED; n++)
      for (const arm of arms) await load(portOf(arm), pathOf(cell, arm), { cell, arm })
  }
}

function portOf(arm: Arm): number {
  return isProduct(arm) ? ports.product : ports.plain
}

/** All cells; `--quick` leaves out the middle rate and the 1 MB. `--only 1.6/40/200/65` picks. */
function cells(): Cell[] {
  const all: Cell[] = []
  for (const assets of values.quick ? (['65 KB'] as const) : (['65 KB', '1 MB'] as const))
    for (const mbit of values.quick ? [1.6, 50] : [1.6, 5, 50])
      for (const rtt of [40, 100])
        for (const think of [0, 200])
          for (const chunks of [1, 3] as const) all.push({ mbit, rtt, think, assets, chunks })
  return all.filter((cell) => values.only.some((start) => nameOf(cell).startsWith(start)))
}

function nameOf({ mbit, rtt, think, assets, chunks }: Cell): string {
  return [mbit, rtt, think, assets, chunks].join('/')
}

/** One load of each arm a round, so that what else the machine does meets all arms alike. */
async function measure(cell: Cell): Promise<Measured['samples']> {
  const link = { bitrate: cell.mbit * 1e6, rtt: cell.rtt }
  const plain = await createRelay(ports.plain, link)
  const product = await createRelay(ports.product, link)
  const samples = new Map<Arm, Times[]>(arms.map((arm) => [arm, []]))
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const arm of arms) {
      const { port } = isProduct(arm) ? product : plain
      const times = await load(port, pathOf(cell, arm), { cell, arm })
      if (round >= 0) samples.get(arm)?.push(times)
    }
  }
  await Promise.all([plain.close(), product.close()])
  return samples
}

/** The route names what its handler does, not the link: that is the client's. */
function pathOf({ think, assets, chunks }: Cell, arm: Arm): string {
  const fresh = arm.startsWith('new') ? String(performance.now()) : ''
  return `/${ENTRIES[assets]}/${encodeURIComponent(arm)}/${think}/${chunks}/${fresh}`
}
