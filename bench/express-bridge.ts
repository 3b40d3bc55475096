/**
 * What Express costs over the HTTP/2 bridge, as ratios of the server's CPU time for a request.
 * Each server is a process of its own, so that the load's work is not counted. Short rounds
 * interleave all servers, so that what else the machine does falls on all alike; all processes are
 * started anew several times, since how a process compiles and lays out its heap differs by chance.
 *
 * `-- --processes 5` and `-- --rounds 40` for more of each.
 */
import { parseArgs } from 'node:util'
import { measure, start, stop, type Target } from './express-load.js'
import { spread } from './ratios.js'

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '10' },
  },
})
const requests = 1920
const warmUp = 4000

const names = ['plainHttp1', 'expressHttp1', 'bridgeHttp1', 'plainHttp2', 'bridgeHttp2'] as const
type Name = (typeof names)[number]
type Times = Record<Name, number>

/** Every other round runs backwards, so that no server always follows the same one. */
async function round(targets: readonly [Name, Target][], index: number): Promise<Times> {
  const times: [Name, number][] = []
  for (const [name, target] of index % 2 === 0 ? targets : targets.toReversed())
    times.push([name, await measure(target, requests)])
  return Object.fromEntries(times) as Times
}

async function rounds(): Promise<Times[]> {
  const targets = await Promise.all(
    names.map(async (name): Promise<[Name, Target]> => [name, await start(name)]),
  )
  for (const [, target] of targets) await measure(target, warmUp)
  const times: Times[] = []
  for (let i = 0; i < Number(values.rounds); i++) times.push(await round(targets, i))
  await Promise.all(targets.map(async ([, target]) => stop(target)))
  return times
}

function report(what: string, ratios: readonly number[], limit: number): void {
  console.log(`${what} = ${spread(ratios)}; at most ${limit.toFixed(2)}`)
}

const http1: number[] = []
const http2: number[] = []
for (let process = 0; process < Number(values.processes); process++) {
  for (const t of await rounds()) {
    http1.push(t.bridgeHttp1 / t.expressHttp1)
    http2.push(t.bridgeHttp2 / (t.plainHttp2 + t.expressHttp1 - t.plainHttp1))
  }
}
report('HTTP/1.1: bridge / Express alone', http1, 1.03)
report("HTTP/2: bridge / (by hand + Express's own)", http2, 1.1)
