/** What a page request does with the plans: find the entry of its path, look its plan up, decide. */
import {
  createPlanner,
  createRouter,
  decide,
  type Plan,
  readManifest,
  resolveOptions,
} from '@pushplan/core'
import { FIRST_VISIT } from '../../test/support/facts.ts'
import { timed } from './measure.ts'

/** Different paths that are asked for in a round, by turns: as many of a large build as of a small one. */
const HOT = 8

const policy = resolveOptions({})

interface Work {
  /** Of one round, so that it takes much longer than the clock's own noise. */
  readonly times: number
  readonly run: (plan: Plan, path: string) => number
}

export const lookUp: Work = { times: 200_000, run: (plan) => plan.assets.length }
export const lookUpAndDecide: Work = {
  times: 10_000,
  run: (plan, path) => decide(plan, { ...FIRST_VISIT, path }, policy).push.length,
}

/**
 * Returns a round, which tells nanoseconds a request. Each has other paths, since a path's place in a
 * hash table is luck, and has asked for them before: cold memory is not what is measured.
 */
export function requests(json: unknown, { times, run }: Work): () => number {
  const graph = readManifest(json)
  const planner = createPlanner(graph)
  const entryOf = createRouter(graph.entries)
  for (const entry of graph.entries) planner.planOf(entry)
  // Flat strings, as they come off the wire, and not the ropes that V8 makes of a template.
  const all = graph.entries.map((entry) =>
    Buffer.from(`/${entry.replace('index.html', '')}`).toString(),
  )
  let round = 0
  return () => {
    round += 1
    const step = all.length / HOT
    const paths = Array.from(
      { length: HOT },
      (_, index) => all[(round + index * step) % all.length],
    )
    let done = 0
    const ask = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const path = paths[index % HOT] ?? ''
        const entry = entryOf(path)
        if (entry !== undefined) done += run(planner.planOf(entry), path)
      }
    }
    ask(times / 10)
    const time = timed(() => ask(times))
    if (done === 0) throw new Error('no path has a plan')
    return (time / times) * 1e6
  }
}
