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
interface Asked extends Moment {
  /** Since when the bottleneck has been busy with what went before it. */
  readonly since: Moment
  /** For how many ms of that it had nothing to send, since TCP's window was full. */
  readonly stalled: number
  /** All that went before it should have passed: then noise must not be taken for a queue. */
  readonly idle: boolean
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
  answered(asked: Asked, now: number): number {
    this.took(now - asked.now)
    const passed = now - this.roundTrip
    this.#measure(asked, passed)
    return passed
  }

  /** What the bottleneck let through while it was busy is its rate; while it was not, at least that. */
  #measure({ now, wire, since, stalled, idle }: Asked, passed: number): void {
    const bytes = wire - since.wire
    if (bytes < SEGMENT) return
    const rate = bytes / Math.max(passed - since.now - stalled, NOISE)
    if (passed - now > (idle ? 3 : 2) * NOISE) this.rate = rate
    else this.rate = Math.max(this.measured ? this.rate : 0, rate * 1.25)
    if (this.rate >= FAST) this.rate = Infinity
    this.measured = true
  }
}
