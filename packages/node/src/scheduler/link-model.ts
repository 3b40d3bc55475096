/** What TCP sends at a time on an Ethernet path. */
const SEGMENT = 1448
/** Nine of the ten segments that TCP sends at first (RFC 6928): headers and promises need the tenth. */
const INITIAL_WINDOW = 9 * SEGMENT
const MAXIMUM_WINDOW = 4 * 1024 * 1024
/** After that long, TCP starts again from its initial window, in ms. */
const IDLE = 1000
/** What event loops and timers add to a round trip, in ms. */
const NOISE = 2.5
/** Bytes a ms: beyond that, a page is not delayed by anything but TCP's window. */
const FAST = 8000
/** So much earlier than computed an acknowledgement is taken for given, in ms: timers are late. */
const EARLY = 4
/** An acknowledgement so much later than expected means that the model is wrong, in ms. */
const LATE = 4
/**
 * The first answer tells of few bytes and is late by whatever else there was: taken as it is, the
 * link would idle until the next one. Too high a rate is put right by that one.
 */
const FIRST = 1.3
/** Bytes sent within that many ms wait behind each other. */
const BURST = 5

interface Sent {
  readonly size: number
  readonly at: number
  /** When the bottleneck has sent the last of it. */
  through: number
}

/** What a page that may come next needs. */
export interface Allowance {
  /** How much may wait for the bottleneck, in ms. */
  readonly backlog: number
  /** Bytes of TCP's window that are kept for it: else it would wait for acknowledgements. */
  readonly reserve: number
}

export interface Moment {
  readonly now: number
  readonly wire: number
}

interface Asked extends Moment {
  /** When the answer should be there. */
  readonly expected: number
  /** Since when the bottleneck has been busy with what went before it. */
  readonly busy: Moment
  /** How many of `#sent` went before it. */
  before: number
}

/**
 * What is on its way to the client, by a model of the link: a bottleneck of a certain rate, a round
 * trip, and TCP's slow start. Between two answers of the client it computes what has arrived; each
 * answer corrects the rate.
 */
export class LinkModel {
  measured = false
  #roundTrip = Infinity
  #rate = Infinity
  #window = INITIAL_WINDOW
  #inFlight = 0
  #free = 0
  #lastSent = 0
  /** Since when, and since which byte, the bottleneck has been busy. */
  #busy: Moment = { now: 0, wire: 0 }
  readonly #sent: Sent[] = []
  #asked: Asked | undefined

  get knownRoundTrip(): number {
    return this.#roundTrip
  }

  /** Less is not worth a frame, unless it is the last. */
  grain({ backlog }: Allowance): number {
    return Math.min(SEGMENT, (this.#rate * backlog) / 2)
  }

  restart(now: number): void {
    if (now - this.#lastSent <= IDLE) return
    this.#window = INITIAL_WINDOW
    this.#inFlight = 0
    this.#sent.length = 0
  }

  /** A round trip that nothing else delayed. */
  roundTrip(ms: number): void {
    this.#roundTrip = Math.min(this.#roundTrip, ms)
  }

  /** `wire`: all bytes that the session has sent before, headers and frames included. */
  sent(size: number, { now, wire }: Moment): void {
    if (this.#free <= now && now - this.#lastSent > BURST) this.#busy = { now, wire }
    this.#lastSent = now
    this.#inFlight += size
    this.#free = Math.max(this.#free, now)
    for (let left = size; left > 0; left -= SEGMENT) {
      const part = Math.min(left, SEGMENT)
      this.#free += part / this.#rate
      this.#sent.push({ size: part, at: now, through: this.#free })
    }
  }

  /** Bytes that may be sent at `now` without delaying what comes next. */
  room(now: number, { backlog, reserve }: Allowance): number {
    this.#arrive(now)
    const window = this.#window - reserve - this.#inFlight
    if (this.#rate === Infinity) return window
    return Math.min(window, (backlog - Math.max(0, this.#free - now)) * this.#rate)
  }

  /** When there may be more. */
  roomAt(now: number, allowance: Allowance): number {
    const { backlog, reserve } = allowance
    const grain = this.grain(allowance)
    const drained = this.#rate === Infinity ? now : this.#free - backlog + grain / this.#rate
    if (this.#window - reserve - this.#inFlight >= grain) return drained
    const first = this.#sent[0]
    return first === undefined
      ? drained
      : Math.max(drained, first.through + this.#roundTrip - EARLY)
  }

  asked(moment: Moment): void {
    const expected = Math.max(this.#free, moment.now) + this.#roundTrip
    this.#asked = { ...moment, expected, busy: this.#busy, before: this.#sent.length }
  }

  answered(now: number): void {
    const asked = this.#asked
    if (asked === undefined) return
    this.#asked = undefined
    this.roundTrip(now - asked.now)
    const passed = now - this.#roundTrip
    this.#measure(asked, passed)
    this.measured = true
    for (let index = 0; index < asked.before; index++) this.#acknowledge()
    this.#busy = { now: passed, wire: asked.wire }
    this.#retime(passed)
  }

  /** What the bottleneck let through while it was busy is its rate; while it was not, at least that. */
  #measure({ now, wire, busy }: Asked, passed: number): void {
    if (wire - busy.wire < SEGMENT) return
    const rate = (wire - busy.wire) / Math.max(passed - busy.now - NOISE, NOISE)
    if (passed - now > 2 * NOISE) this.#rate = this.measured ? rate : rate * FIRST
    else this.#rate = Math.max(this.#rate, rate) * 1.25
    if (this.#rate >= FAST) this.#rate = Infinity
  }

  /** What was sent after a question that the bottleneck passed at `passed`. */
  #retime(passed: number): void {
    this.#free = passed
    for (const sent of this.#sent) {
      this.#free = Math.max(this.#free, sent.at) + sent.size / this.#rate
      sent.through = this.#free
    }
  }

  /** What must have arrived and been acknowledged by `now`, unless the client's silence says no. */
  #arrive(now: number): void {
    if (!this.measured || this.#overdue(now)) return
    for (let first = this.#sent[0]; first !== undefined; first = this.#sent[0]) {
      if (first.through + this.#roundTrip - EARLY > now) return
      this.#acknowledge()
      if (this.#asked !== undefined) this.#asked.before--
    }
  }

  #overdue(now: number): boolean {
    if (this.#asked === undefined) return false
    const { now: at, expected } = this.#asked
    return now > expected + LATE && now < at + IDLE
  }

  #acknowledge(): void {
    const size = this.#sent.shift()?.size ?? 0
    this.#inFlight -= size
    this.#window = Math.min(this.#window + size, MAXIMUM_WINDOW)
  }
}
