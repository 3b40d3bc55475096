import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { load, type Times } from './client.ts'
import { type Arm, ARMS, type Cell } from './page.ts'
import { createRelay, type Relay } from './relay.ts'
import { printCell, printHead, printVerdict } from './report.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
  },
})
const rounds = Number(values.rounds ?? (values.quick ? 5 : 7))
const ports = await startServer()
printHead(rounds)
const measured: { cell: Cell; samples: Map<Arm, Times[]> }[] = []
for (const cell of cells()) {
  const samples = await measure(cell)
  measured.push({ cell, samples })
  printCell(cell, samples)
}
printVerdict(measured)
process.exit()

async function startServer(): Promise<{ plain: number; scheduled: number }> {
  const child = fork(new URL('server.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [message] = await once(child, 'message')
  return message as { plain: number; scheduled: number }
}

/** All cells; `--quick` leaves out the middle rate and the 1 MB. `--only 1.6/40/200/65` picks. */
function cells(): Cell[] {
  const all: Cell[] = []
  for (const assets of values.quick ? (['65 KB'] as const) : (['65 KB', '1 MB'] as const))
    for (const mbit of values.quick ? [1.6, 50] : [1.6, 5, 50])
      for (const rtt of [40, 100])
        for (const think of [0, 200])
          for (const chunks of [1, 3] as const) all.push({ mbit, rtt, think, assets, chunks })
  return all.filter((cell) => nameOf(cell).startsWith(values.only ?? ''))
}

function nameOf({ mbit, rtt, think, assets, chunks }: Cell): string {
  return [mbit, rtt, think, assets, chunks].join('/')
}

/** One load of each arm a round, so that what else the machine does meets all arms alike. */
async function measure(cell: Cell): Promise<Map<Arm, Times[]>> {
  const link = { bitrate: cell.mbit * 1e6, rtt: cell.rtt }
  const relays = {
    plain: await createRelay(ports.plain, link),
    scheduled: await createRelay(ports.scheduled, link),
  }
  const samples = new Map<Arm, Times[]>(ARMS.map((arm) => [arm, []]))
  for (let round = -1; round < rounds; round++) {
    for (const arm of ARMS) {
      const times = await once1(arm.startsWith('by') ? relays.scheduled : relays.plain, cell, arm)
      if (round >= 0) samples.get(arm)?.push(times) // the first one warms up
    }
  }
  await Promise.all([relays.plain.close(), relays.scheduled.close()])
  return samples
}

/** The route names what its handler does, not the link: that is the client's. */
function once1({ port }: Relay, cell: Cell, arm: Arm): Promise<Times> {
  const { think, assets, chunks } = cell
  const route = encodeURIComponent(JSON.stringify({ think, assets, chunks }))
  return load(port, `/page/${encodeURIComponent(arm)}/${route}`, { cell, arm })
}
