import { LRUCache } from 'lru-cache'

/** What the handler of a route is known to do next. */
export interface RouteTimes {
  /** When it writes at the earliest, in ms after the request or, once it has written, after that. */
  readonly due: number
  /** Bytes that it writes then. */
  readonly size: number
}

/** What it did. */
interface Took {
  /** In ms after the request, or after what it had written before. */
  readonly took: number
  readonly size: number
}

/** Before that many answers of a route, nothing is expected of the next. */
const ENOUGH = 3
const REMEMBERED = 1000
/** Characters of the longest route that is remembered; the empty one is nobody's. */
const LONGEST = 256
/** Parts of a page that are remembered: its head, and a few that follow. */
const PARTS = 8
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
const known = new LRUCache<string, Known[]>({ max: REMEMBERED })

/** When handlers write their page, by route: its first part, and those after each pause. */
export const routeTimes = {
  learn(route: string, part: number, { took, size }: Took): void {
    if (route === '' || route.length > LONGEST || part >= PARTS) return
    const parts = known.get(route) ?? []
    // Its earlier parts have been displaced: parts stay without gaps.
    if (part > parts.length) return
    const times = (parts[part] ??= { mean: took, deviation: TIMER, size, answers: 0 })
    const weight = Math.max(GAIN, 1 / ++times.answers)
    times.deviation += weight * (Math.abs(took - times.mean) + TIMER - times.deviation)
    times.mean += weight * (took - times.mean)
    times.size += weight * (size - times.size)
    if (parts.length === 1 && times.answers === 1) known.set(route, parts)
  },

  /** Whether most of its pages pause after their first part. */
  inParts(route: string): boolean {
    const [first, second] = known.get(route) ?? []
    if (first === undefined || second === undefined || second.answers < ENOUGH) return false
    return 2 * second.answers > first.answers
  },

  expect(route: string, part: number): RouteTimes | undefined {
    const times = known.get(route)?.[part]
    if (times === undefined || times.answers < ENOUGH) return undefined
    return { due: times.mean - 2 * times.deviation, size: times.size }
  },
}
