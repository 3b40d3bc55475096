/** What TCP sends at a time on an Ethernet path. */
export const SEGMENT = 1448
/** What event loops and timers add to a round trip, in ms. */
export const NOISE = 2.5
/** Bytes a ms: beyond that, a page is not delayed by anything but TCP's window. */
const FAST = 8000

/** A point in what a session sends. */
export interface Moment {
  readonly now: number
  /** All bytes sent before, headers and frames included. */
  readonly wire: number
}

/** A question whose answer tells when what went before it has passed the bottleneck. */
export interface Question extends Moment {
  /** Since when the bottleneck has been busy with what went before it. */
  readonly since: Moment
  /** The last of what went before it. */
  readonly last: Moment
  /** For how many ms of that it had nothing to send, since TCP's window was full. */
  readonly stalled: number
}

/** What a client's answers tell of the link: its round trip, and the rate of its bottleneck. */
export class LinkRate {
  measured = false
  /** In ms. */
  roundTrip = Infinity
  /** In bytes a ms. */
  rate = Infinity

  /** A round trip, which other traffic may have delayed. */
  took(ms = Infinity): void {
    this.roundTrip = Math.min(this.roundTrip, ms)
  }

  /** Takes in an answer; returns when the question passed the bottleneck. */
  answered(asked: Question, now: number): number {
    this.took(now - asked.now)
    const passed = now - this.roundTrip
    this.#measure(asked, passed)
    return passed
  }

  /** What the bottleneck let through while it was busy is its rate; while it was not, at least that. */
  #measure(asked: Question, passed: number): void {
    const bytes = asked.wire - asked.since.wire
    if (bytes < SEGMENT) return
    const rate = rateSince(asked.since, asked, passed - asked.stalled)
    // By so little, noise would make any link a slow one.
    const sure = bytes < 2 * SEGMENT ? 3 * NOISE : 2 * NOISE
    if (passed - asked.now > sure) this.rate = rate
    else this.#atLeast(Math.max(rate, rateSince(asked.last, asked, passed)))
    if (this.rate >= FAST) this.rate = Infinity
    this.measured = true
  }

  #atLeast(rate: number): void {
    this.rate = Math.max(this.measured ? this.rate : 0, rate * 1.25)
  }
}

function rateSince(since: Moment, { wire }: Moment, passed: number): number {
  return (wire - since.wire) / Math.max(passed - since.now, NOISE)
}
