import { LRUCache } from 'lru-cache'

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
/** Characters of the longest route that is remembered. */
const LONGEST = 256
/** Weight of the last answer once there are more than that, as TCP's estimator has it (RFC 6298). */
const GAIN = 1 / 4
/** What a timer adds to any deviation, in ms. */
const TIMER = 1

interface Known {
  mean: number
  deviation: number
  size: number
  answers: number
}

/** A client that asks for paths without end displaces what nobody asks for. */
const known = new LRUCache<string, Known>({ max: REMEMBERED })

/** How long handlers take to write their page, by route. */
export const routeTimes = {
  learn(route: string, { took, size }: { took: number; size: number }): void {
    if (route.length > LONGEST) return
    const times = known.get(route) ?? { mean: took, deviation: TIMER, size, answers: 0 }
    const weight = Math.max(GAIN, 1 / ++times.answers)
    times.deviation += weight * (Math.abs(took - times.mean) + TIMER - times.deviation)
    times.mean += weight * (took - times.mean)
    times.size += weight * (size - times.size)
    if (times.answers === 1) known.set(route, times)
  },

  expect(route: string): RouteTimes | undefined {
    const times = known.get(route)
    if (times === undefined || times.answers < ENOUGH) return undefined
    return { due: times.mean - 2 * times.deviation, size: times.size }
  },
}
