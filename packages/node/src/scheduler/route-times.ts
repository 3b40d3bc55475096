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
    const times = known.get(route)
    if (times === undefined) return remember(route, took, size)
    times.deviation += GAIN * (Math.abs(took - times.mean) - times.deviation)
    times.mean += GAIN * (took - times.mean)
    times.size += GAIN * (size - times.size)
    times.answers++
  },

  expect(route: string): RouteTimes | undefined {
    const times = known.get(route)
    if (times === undefined || times.answers < ENOUGH) return undefined
    return { due: times.mean - 2 * times.deviation, size: times.size }
  },
}

/** Where there are too many, the one first seen is forgotten: it will be learned again. */
function remember(route: string, took: number, size: number): void {
  const [oldest] = known.size < REMEMBERED ? [] : known.keys()
  if (oldest !== undefined) known.delete(oldest)
  known.set(route, { mean: took, deviation: took / 2, size, answers: 1 })
}
