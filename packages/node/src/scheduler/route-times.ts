/** What the handler of a route is known to do. */
export interface RouteTimes {
  /** When its page is due at the earliest, in ms after the request. */
  readonly due: number
  /** Bytes that it writes at first. */
  readonly size: number
}

/** Before that many answers of a route, nothing is expected of the next. */
const ENOUGH = 3
const REMEMBERED = 1000
/** Weight of the last answer, as TCP's round-trip estimator has it (RFC 6298). */
const GAIN = 1 / 4

interface Known {
  mean: number
  deviation: number
  size: number
  answers: number
}

const known = new Map<string, Known>()

/** How long handlers take to write their page, by route. */
export const routeTimes = {
  learn(route: string, { took, size }: { took: number; size: number }): void {
    const before = known.get(route) ?? { mean: took, deviation: took / 2, size, answers: 0 }
    known.delete(route) // to the end: the route asked for longest ago is forgotten first
    known.set(route, {
      mean: before.mean + GAIN * (took - before.mean),
      deviation: before.deviation + GAIN * (Math.abs(took - before.mean) - before.deviation),
      size: before.size + GAIN * (size - before.size),
      answers: before.answers + 1,
    })
    if (known.size > REMEMBERED) forgetOldest()
  },

  expect(route: string): RouteTimes | undefined {
    const times = known.get(route)
    if (times === undefined || times.answers < ENOUGH) return undefined
    return { due: times.mean - 2 * times.deviation, size: times.size }
  },
}

function forgetOldest(): void {
  for (const route of known.keys()) return void known.delete(route)
}
