/** What a page request does with the plans: find the entry of its path, look its plan up, decide. */
import {
  createPlanner,
  createRouter,
  decide,
  type Plan,
  readManifest,
  type RequestFacts,
  resolveOptions,
} from '@pushplan/core'
import { timed } from './measure.ts'

const REQUESTS = 50_000
/** Different paths that are asked for in a round, by turns: as many of a large build as of a small one. */
const HOT = 8

const facts: RequestFacts = {
  method: 'GET',
  path: '/',
  protocol: 'h2',
  origin: 'https://shop.example',
  mayPush: true,
  page: true,
  navigation: true,
  conditional: false,
  prefetch: false,
  saveData: false,
  pushDeclined: false,
  visit: 'first',
  held: () => false,
  supply: () => ({ state: 'ready', bytes: 1000 }),
}
const policy = resolveOptions({})

export const lookUp = (plan: Plan) => plan.assets.length
export const lookUpAndDecide = (plan: Plan, path: string) =>
  decide(plan, { ...facts, path }, policy).push.length

/** Returns a round: other paths each time, since a path's place in a hash table is luck. Nanoseconds a request. */
export function requests(json: unknown, work: (plan: Plan, path: string) => number): () => number {
  const graph = readManifest(json)
  const planner = createPlanner(graph)
  const entryOf = createRouter(graph.entries)
  for (const entry of graph.entries) planner.planOf(entry)
  const all = graph.entries.map((entry) => `/${entry.replace('index.html', '')}`)
  let round = 0
  return () => {
    round += 1
    const step = all.length / HOT
    const paths = Array.from(
      { length: HOT },
      (_, index) => all[(round + index * step) % all.length],
    )
    let done = 0
    const time = timed(() => {
      for (let index = 0; index < REQUESTS; index += 1) {
        const path = paths[index % HOT] ?? ''
        const entry = entryOf(path)
        if (entry !== undefined) done += work(planner.planOf(entry), path)
      }
    })
    if (done === 0) throw new Error('no path has a plan')
    return (time / REQUESTS) * 1e6
  }
}
