/** What TCP sends at a time on an Ethernet path. */
export const SEGMENT = 1448
/** What event loops and timers add to a round trip, in ms. */
export const NOISE = 2.5
/** Bytes a ms: beyond that, a page is not delayed by anything but TCP's window. */
const FAST = 8000
/** So much more than is counted on TCP may have let go: what it has not, the link need not have let through. */
const SPARE = SEGMENT
/** Headers and frames make no more of what is sent than so many times its bodies. */
const COUNTED = 4
/** By then a rate that is searched for is known to a hundredth. */
const STEPS = 10

/** A point in what a session sends. */
export interface Moment {
  readonly now: number
  /** All bytes sent before, headers and frames included. */
  readonly wire: number
}

/** The same, and which byte of the bodies was the last of them. */
export interface Mark extends Moment {
  readonly end: number
}

/** A question whose answer tells when what went before it has passed the bottleneck. */
export interface Question extends Mark {
  /** What is known to have passed it before, and when. */
  readonly since: Mark
}

/** When the question would have passed, had the link some rate, and TCP's window some bytes to spare. */
type Passes = (rate: number, spare: number) => number

/** What a client's answers tell of the link: its round trip, and the rate of its bottleneck. */
export class LinkRate {
  measured = false
  /** In ms. */
  roundTrip = Infinity
  /** In bytes a ms: what it has let through. */
  rate = Infinity
  /** Whether it lets no more through: something had to wait for it. */
  full = false
  /** Whether it may let through far more: noise would have hidden what waited for it. */
  hidden = false

  /** A round trip, which other traffic may have delayed. */
  took(ms = Infinity): void {
    this.roundTrip = Math.min(this.roundTrip, ms)
  }

  /**
   * Takes in an answer; returns when the question passed the bottleneck. `passes` tells when that
   * would have been, had it some rate.
   */
  answered(asked: Question, now: number, passes: Passes): number {
    this.took(now - asked.now)
    const passed = now - this.roundTrip
    const bytes = asked.wire - asked.since.wire
    // Most of it must be known by when it was sent: what went while no page was at stake is not.
    const known = COUNTED * (asked.end - asked.since.end) >= bytes
    if (bytes >= SEGMENT && known) this.#measure(asked, passed, passes)
    return passed
  }

  /**
   * Its rate is the slowest that explains the answer; where nothing had to wait for it, but for TCP or
   * for something to send, at least that.
   */
  #measure(asked: Question, passed: number, passes: Passes): void {
    const { wire, end, since } = asked
    // By less, noise would make any link a slow one, ...
    this.full = passed - Math.max(asked.now, passes(FAST, 0)) > 3 * NOISE
    // ... or an endless one.
    const least = passes(FAST, SPARE) + NOISE
    this.hidden = passed < least
    const by = Math.max(passed, least)
    const bytes = wire - since.wire
    const average = bytes / Math.max(passed - since.now, NOISE)
    const rate = Math.max(average, slowest(by, passes) * (bytes / (end - since.end)))
    // One answer that is late does not tell all.
    const known = this.full ? Math.min(this.rate, FAST) / 2 : this.rate
    this.rate = this.measured ? Math.max(rate, known) : rate
    if (this.rate >= FAST) this.rate = Infinity
    this.measured = true
  }
}

/** The slowest rate at which it passes `by` then. */
function slowest(by: number, passes: Passes): number {
  let [low, high] = [1, FAST]
  for (let n = 0; n < STEPS; n++) {
    const middle = Math.sqrt(low * high)
    if (passes(middle, SPARE) > by) low = middle
    else high = middle
  }
  return high
}
