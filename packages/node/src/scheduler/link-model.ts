import { LinkRate, type Moment, type Question, SEGMENT } from './link-rate.js'

/** Nine of the ten segments that TCP sends at first (RFC 6928): headers and promises need the tenth. */
const INITIAL_WINDOW = 9 * SEGMENT
const MAXIMUM_WINDOW = 4 * 1024 * 1024
/** After that long, TCP starts again from its initial window, in ms. */
const IDLE = 1000
/** An acknowledgement so much later than expected means that the model is wrong, in ms. */
const LATE = 4
/** Bytes sent within that many ms wait behind each other. */
const BURST = 5

interface Sent {
  readonly size: number
  readonly at: number
  /** All bytes sent, up to its last. */
  readonly end: number
  /** When TCP has let it go; Infinity: when it hears of what went before, which may take any time. */
  released: number
  /** When the bottleneck has sent the last of it, ... */
  through: number
  /** ... and for how long it had waited for TCP by then. */
  stalled: number
}

/** What a page that may come next needs. */
export interface Allowance {
  /** How much may wait for the bottleneck when the page comes, in ms. */
  readonly backlog: number
  /** When the page may come at the earliest, where that is later than now. */
  readonly due: number
  /** Bytes of TCP's window that are kept for it: else it would wait for acknowledgements. */
  readonly reserve: number
  /** Bytes that may wait for TCP's window, if it opens by then, while the rate is not known. */
  readonly ahead: number
}

interface Probe extends Question {
  /** When the answer should be there, but for what goes with it. */
  readonly expected: number
  /** All bytes sent before it, ... */
  readonly end: number
  /** ... and those that go with it: they share its segment, which arrives as a whole. */
  beside: number
}

/**
 * When what has been sent passes the bottleneck, by a model of the link: its rate, its round trip,
 * and TCP's slow start. What TCP does not let go yet waits in the kernel, which sends it at the very
 * moment when acknowledgements come. Each answer of the client corrects the model.
 */
export class LinkModel {
  readonly link = new LinkRate()
  #end = 0
  #acknowledged = 0
  /** TCP lets go as much: for each acknowledged byte, two more. */
  #window = INITIAL_WINDOW
  #free = 0
  #last: Moment = { now: 0, wire: 0 }
  /** Since when the bottleneck has been busy, ... */
  #since: Moment = { now: 0, wire: 0 }
  /** ... unless the socket has not been given that yet, ... */
  #unwritten = false
  /** ... and for how long since then it waited for TCP. */
  #stalled = 0
  readonly #sent: Sent[] = []
  #asked: Probe | undefined

  /** Less is not worth a frame, unless it is the last. */
  grain({ backlog }: Allowance): number {
    return Math.min(SEGMENT, (this.link.rate * backlog) / 2)
  }

  /** After a pause TCP forgets its window. */
  restart(now: number): void {
    if (now - this.#last.now <= IDLE) return
    this.#sent.length = 0
    this.#free = Math.min(this.#free, now)
    this.#acknowledged = this.#end
    this.#window = INITIAL_WINDOW - this.#end
  }

  sent(size: number, moment: Moment): void {
    const { now } = moment
    if (this.#free <= now && now - this.#last.now > BURST) {
      this.#since = moment
      this.#unwritten = true
      this.#stalled = 0
    }
    this.#last = moment
    if (this.#asked?.wire === moment.wire) this.#asked.beside += size
    for (let left = size; left > 0; left -= SEGMENT) {
      const part = Math.min(left, SEGMENT)
      this.#end += part
      const released = this.#needed(this.#end) > this.#acknowledged ? Infinity : now
      const sent = { size: part, at: now, end: this.#end, released, through: 0, stalled: 0 }
      this.#time(sent)
      this.#sent.push(sent)
    }
    // TCP lets no more than that be under way.
    this.#acknowledge(({ end }) => end < this.#end - MAXIMUM_WINDOW)
  }

  /** What was sent is with the socket: HTTP/2 collects what is written in one turn of the event loop. */
  written(now: number): void {
    if (this.#unwritten) this.#since = { ...this.#since, now }
    this.#unwritten = false
  }

  /** Bytes that may be sent at `now` without delaying what comes next. */
  room(now: number, { backlog, due, reserve, ahead }: Allowance): number {
    if (this.#overdue(now)) return 0
    this.#arrive(now)
    // The next answer tells better what is to be sent after it.
    const known = Math.min(due, this.#late ?? due)
    const by = Math.max(known, now) + backlog
    const window = this.#released(by) - reserve - this.#end
    const { rate, measured } = this.link
    if (!measured)
      return Math.min(window, this.#window + 2 * this.#acknowledged - this.#end + ahead)
    return rate === Infinity ? window : Math.min(window, (by - Math.max(this.#free, now)) * rate)
  }

  /** When there may be more, unless an answer changes that. */
  roomAt(now: number, allowance: Allowance): number {
    if (this.#overdue(now) || !this.link.measured) return Infinity
    const { backlog, reserve } = allowance
    const grain = this.grain(allowance)
    const drained = this.#free + grain / this.link.rate
    return Math.max(drained, this.#opened(this.#end + reserve + grain)) - backlog
  }

  /** A question is sent, which overtakes the last so many bytes: they are not with the socket yet. */
  asked(moment: Moment, overtaken = 0): void {
    const end = this.#end - overtaken
    const last = this.#sent[firstIndex(this.#sent, (sent) => sent.end > end) - 1]
    const through = last?.through ?? moment.now
    this.#asked = {
      ...moment,
      expected: Math.max(through, moment.now) + this.link.roundTrip,
      since: this.#since,
      last: this.#last,
      stalled: last?.stalled ?? 0,
      end,
      beside: overtaken,
    }
  }

  answered(now: number): void {
    const asked = this.#asked
    if (asked === undefined) return
    this.#asked = undefined
    const beside = Math.min(asked.beside, SEGMENT)
    const wire = asked.wire + beside
    const passed = this.link.answered({ ...asked, wire }, now)
    this.#acknowledge(({ end }) => end <= asked.end + beside)
    this.#since = { now: passed, wire }
    // What was sent after it is behind it.
    this.#free = passed
    this.#stalled = 0
    for (const sent of this.#sent) {
      sent.released = Math.min(sent.released, now)
      this.#time(sent)
    }
  }

  /**
   * It passes behind what was before it, once TCP lets it go. What TCP let go only when it heard of
   * others is not older than that, whatever is known of those by now.
   */
  #time(sent: Sent): void {
    const { rate } = this.link
    const free = Math.max(this.#free, sent.at)
    sent.released = this.#opened(sent.end) || sent.released
    const start = sent.released === Infinity ? free : Math.max(free, sent.released)
    this.#stalled += start - free
    this.#free = start + sent.size / rate
    sent.through = this.#free
    sent.stalled = this.#stalled
  }

  /** The byte that must be acknowledged before TCP lets the one before `end` go. */
  #needed(end: number): number {
    return Math.max((end - this.#window) / 2, end - MAXIMUM_WINDOW)
  }

  /** When TCP lets the byte before `end` go; 0: it has already, or who knows. */
  #opened(end: number): number {
    const { roundTrip } = this.link
    const needed = this.#needed(end)
    if (needed <= this.#acknowledged || roundTrip === Infinity) return 0
    const sent = this.#sent[firstIndex(this.#sent, ({ end }) => end >= needed)] ?? this.#sent.at(-1)
    return sent === undefined ? 0 : sent.through + roundTrip
  }

  /** The byte up to which TCP can have let go all by then. */
  #released(by: number): number {
    const { roundTrip } = this.link
    const pending = firstIndex(this.#sent, ({ through }) => through + roundTrip > by)
    const acknowledged = this.#sent[pending - 1]?.end ?? this.#acknowledged
    return Math.min(this.#window + 2 * acknowledged, acknowledged + MAXIMUM_WINDOW)
  }

  /** What must have arrived and been acknowledged by `now`. */
  #arrive(now: number): void {
    const { measured, roundTrip } = this.link
    if (measured) this.#acknowledge(({ through }) => through + roundTrip <= now)
  }

  /** When the answer that is awaited should be there at the latest. */
  get #late(): number | undefined {
    if (this.#asked === undefined) return undefined
    const { expected, beside } = this.#asked
    return expected + Math.min(beside, SEGMENT) / this.link.rate + LATE
  }

  /** Whether the client's silence contradicts the model. */
  #overdue(now: number): boolean {
    if (this.#asked === undefined || this.#late === undefined) return false
    return now > this.#late && now < this.#asked.now + IDLE
  }

  #acknowledge(has: (sent: Sent) => boolean): void {
    const count = firstIndex(this.#sent, (sent) => !has(sent))
    this.#acknowledged = this.#sent.splice(0, count).at(-1)?.end ?? this.#acknowledged
  }
}

/** Index of the first that `passes`, where all after it do too. */
function firstIndex(sent: readonly Sent[], passes: (sent: Sent) => boolean): number {
  let low = 0
  for (let high = sent.length; low < high;) {
    const middle = (low + high) >> 1
    const candidate = sent[middle]
    if (candidate !== undefined && passes(candidate)) high = middle
    else low = middle + 1
  }
  return low
}
