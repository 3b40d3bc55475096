import { LinkRate, type Mark, type Moment, NOISE, type Question, SEGMENT } from './link-rate.js'

/**
 * Nine of the ten segments that TCP sends at first (RFC 6928): headers and promises need the tenth,
 * which TCP lets go twice once they are acknowledged.
 */
const INITIAL_WINDOW = 9 * SEGMENT
const MAXIMUM_WINDOW = 4 * 1024 * 1024
/** After that long, TCP starts again from its initial window, in ms. */
const IDLE = 1000
/** No answer is waited for any longer, in ms. */
const UNANSWERED = 1000
/** Of at least so many parts it is known when each was sent. */
const MAXIMUM_PARTS = MAXIMUM_WINDOW / SEGMENT
/** An acknowledgement so much later than expected means that the model is wrong, in ms. */
const LATE = 4

interface Sent {
  readonly size: number
  /** All bytes sent, up to its last. */
  readonly end: number
  /** When it was sent, ... */
  at: number
  /** ... when the bottleneck has sent the last of it, ... */
  through: number
  /** ... and when that was acknowledged at the latest, by an answer. */
  acknowledged: number
}

/** What a page that may come next needs. */
export interface Allowance {
  /** How much may wait for the bottleneck when the page comes, in ms. */
  readonly backlog: number
  /** How much longer that may take, where the link may be faster than it is known to be, in ms. */
  readonly hope: number
  /** When the page may come at the earliest; 0: at any time. */
  readonly due: number
  /** Bytes of TCP's window that are kept for it: else it would wait for acknowledgements. */
  readonly reserve: number
  /** Bytes that may wait for TCP's window, if it opens by then, while the rate is not known. */
  readonly ahead: number
  /** Bytes that may be on their way while nothing is known of the link. */
  readonly blind: number
}

interface Probe extends Omit<Question, 'since'> {
  /** Undefined: not all that was sent since then is known. */
  readonly since: Mark | undefined
  /** When the answer should be there, but for what goes with it. */
  readonly expected: number
  /** Bytes that go with it: they share its segment, which arrives as a whole. */
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
  /** Up to where an answer has told when it passed; before there is one, where measuring began. */
  #known: Mark | undefined
  /** The last byte that is with the socket. */
  #written = 0
  /** From there on TCP lets its initial window go, and for each acknowledged byte two more. */
  #start = 0
  #free = 0
  #last: Moment = { now: 0, wire: 0 }
  /** What is not known to have passed, and what TCP needs to have acknowledged before it lets go more. */
  readonly #sent: Sent[] = []
  #asked: Probe | undefined

  /** Less is not worth a frame, unless it is the last. */
  grain({ backlog }: Allowance): number {
    return Math.min(SEGMENT, (this.link.rate * backlog) / 2)
  }

  /** What was sent since the last time is not known. After a pause TCP forgets its window. */
  restart(now: number): void {
    this.#known = undefined
    if (this.#asked !== undefined) this.#asked = { ...this.#asked, since: undefined }
    // Without a rate nothing tells when it passed.
    if (!this.link.measured && this.#asked === undefined) this.#sent.length = 0
    if (now - this.#last.now <= IDLE) return
    this.#sent.length = 0
    this.#free = Math.min(this.#free, now)
    this.#acknowledged = this.#start = this.#end
  }

  sent(size: number, moment: Moment): void {
    const { now } = moment
    this.#known ??= { ...moment, end: this.#end }
    this.#last = moment
    if (this.#asked?.wire === moment.wire) this.#asked.beside += size
    for (let left = size; left > 0; left -= SEGMENT) {
      const part = Math.min(left, SEGMENT)
      this.#end += part
      const sent = { size: part, end: this.#end, at: now, through: 0, acknowledged: Infinity }
      this.#time(sent)
      this.#sent.push(sent)
    }
    // TCP lets no more than that be under way.
    this.#acknowledged = Math.max(this.#acknowledged, this.#end - MAXIMUM_WINDOW)
    this.#forget()
  }

  /** What was sent is with the socket: HTTP/2 collects what is written in one turn of the event loop. */
  written(now: number): void {
    const before = this.#written
    this.#written = this.#end
    if (now - this.#last.now < NOISE) return
    for (const sent of this.#sent) if (sent.end > before) sent.at = now
    this.#last = { ...this.#last, now }
    this.#replay()
  }

  /** Bytes that may be sent at `now` without delaying what comes next. */
  room(now: number, allowance: Allowance): number {
    if (this.#overdue(now)) return 0
    this.#arrive(now)
    const { backlog, due, ahead, blind } = allowance
    // The next answer tells better what is to be sent after it.
    const known = Math.min(due, this.#late)
    const by = Math.max(known, now) + backlog
    const { rate, measured } = this.link
    // What a link that may be slow lets go only when the page comes is ahead of it.
    const opened = measured || due === 0 ? by : Math.max(known, now)
    const window = this.#released(opened) - this.#reserve(allowance) - this.#end
    if (!measured) {
      const unacknowledged = this.#end - this.#acknowledged
      const open = this.#window(this.#acknowledged) - this.#end
      return Math.min(window, open + ahead, blind - unacknowledged)
    }
    if (rate === Infinity) return window
    const time = by - Math.max(this.#free, now)
    return Math.min(window, (time + this.#hope(time, allowance)) * rate)
  }

  /** For how much longer it may send than for `time`. */
  #hope(time: number, { hope }: Allowance): number {
    const { full, hidden } = this.link
    if (full) return 0
    return hidden ? hope : Math.min(time, hope)
  }

  /** When there may be more, unless an answer changes that. */
  roomAt(now: number, allowance: Allowance): number {
    if (!this.link.measured) return Infinity
    if (this.#overdue(now)) return this.#late + UNANSWERED
    const grain = this.grain(allowance)
    const time = grain / this.link.rate
    const drained = this.#free + time - this.#hope(time / 2, allowance)
    const opened = this.#opened(this.#end + this.#reserve(allowance) + grain)
    return Math.max(drained, opened) - allowance.backlog
  }

  /** Of what is kept for a page from the start, slow start would make many times that later. */
  #reserve({ due, reserve }: Allowance): number {
    return due > this.#late ? 0 : reserve
  }

  /** A question is sent, which overtakes the last so many bytes: they are not with the socket yet. */
  asked(moment: Moment, overtaken = 0): void {
    const end = this.#end - overtaken
    const last = this.#sent[firstIndex(this.#sent, (sent) => sent.end > end) - 1]
    const through = last?.through ?? moment.now
    this.#asked = {
      ...moment,
      expected: Math.max(through, moment.now) + this.link.roundTrip,
      since: this.#known ?? { ...moment, end },
      end,
      beside: overtaken,
    }
  }

  /** It could not be sent. */
  unasked(): void {
    this.#asked = undefined
  }

  answered(now: number): void {
    const asked = this.#asked
    if (asked === undefined) return
    this.#asked = undefined
    const { since } = asked
    if (since === undefined) {
      this.#confirm(asked.end, now)
      return this.link.took(now - asked.now)
    }
    const beside = Math.min(asked.beside, SEGMENT)
    const wire = asked.wire + beside
    const end = Math.min(asked.end + beside, this.#end)
    this.#confirm(end, now)
    const passes = (rate: number, spare: number) => this.#passes(end, rate, spare)
    const passed = this.link.answered({ ...asked, since, wire, end }, now, passes)
    // The rates that were tried have left their times.
    this.#replay()
    // What was sent after it is behind it.
    this.#known = { now: passed, wire, end }
    this.#replay()
    this.#forget()
  }

  /** All up to `end` has been acknowledged by `now`. */
  #confirm(end: number, now: number): void {
    for (const sent of this.#sent) {
      if (sent.end <= end) sent.acknowledged = Math.min(sent.acknowledged, now)
    }
    this.#acknowledged = Math.max(this.#acknowledged, end)
  }

  /** When `end` passes a bottleneck of `rate`. */
  #passes(end: number, rate: number, spare: number): number {
    this.#replay(rate, spare)
    return this.#sent[firstIndex(this.#sent, (sent) => sent.end > end) - 1]?.through ?? 0
  }

  /** Times again what has been sent since the last answer. */
  #replay(rate?: number, spare?: number): void {
    if (this.#known === undefined) return
    const { now, end } = this.#known
    this.#free = now
    for (let n = firstIndex(this.#sent, (sent) => sent.end > end); n < this.#sent.length; n++) {
      const sent = this.#sent[n]
      if (sent !== undefined) this.#time(sent, rate, spare)
    }
  }

  /** It passes behind what was before it, once TCP lets it go. */
  #time(sent: Sent, rate = this.link.rate, spare = 0): void {
    const opened = this.#opened(sent.end - spare)
    const start = Math.max(this.#free, sent.at, opened === Infinity ? 0 : opened)
    this.#free = sent.through = start + sent.size / rate
  }

  /** The byte up to which TCP's window is open once all up to `acknowledged` is. */
  #window(acknowledged: number): number {
    const tenth = acknowledged > this.#start ? SEGMENT : 0
    return 2 * acknowledged - this.#start + INITIAL_WINDOW + tenth
  }

  /** The byte that must be acknowledged before TCP lets the one before `end` go. */
  #needed(end: number): number {
    const grown = (end + this.#start - INITIAL_WINDOW) / 2
    if (grown <= this.#start) return Math.max(grown, end - MAXIMUM_WINDOW)
    return Math.max(grown - SEGMENT / 2, this.#start + 1, end - MAXIMUM_WINDOW)
  }

  /** When TCP lets the byte before `end` go; 0: it has long ago, Infinity: who knows. */
  #opened(end: number): number {
    const needed = this.#needed(end)
    const sent = this.#sent[firstIndex(this.#sent, ({ end }) => end >= needed)] ?? this.#sent.at(-1)
    if (sent === undefined || needed <= sent.end - sent.size) return 0
    return this.#heard(sent)
  }

  /** When its acknowledgement comes. */
  #heard({ through, acknowledged }: Sent): number {
    return Math.min(through + this.link.roundTrip, acknowledged)
  }

  /** The byte up to which TCP can have let go all by then. */
  #released(by: number): number {
    const acknowledged = this.#acknowledgedBy(by)
    return Math.min(this.#window(acknowledged), acknowledged + MAXIMUM_WINDOW)
  }

  /** What must have arrived and been acknowledged by `now`. */
  #arrive(now: number): void {
    if (this.link.measured) this.#acknowledged = this.#acknowledgedBy(now)
  }

  #acknowledgedBy(time: number): number {
    const pending = firstIndex(this.#sent, (sent) => this.#heard(sent) > time)
    return Math.max(this.#acknowledged, this.#sent[pending - 1]?.end ?? 0)
  }

  /** When the answer that is awaited should be there at the latest. */
  get #late(): number {
    if (this.#asked === undefined) return Infinity
    const { expected, beside } = this.#asked
    return expected + Math.min(beside, SEGMENT) / this.link.rate + LATE
  }

  /** Whether the client's silence contradicts the model. */
  #overdue(now: number): boolean {
    return now > this.#late && now < this.#late + UNANSWERED
  }

  /** Seldom, so that a part costs no more however many there are. */
  #forget(): void {
    const needed = this.#needed(this.#known?.end ?? 0)
    const past = Math.max(needed, this.#end - MAXIMUM_WINDOW)
    const needless = firstIndex(this.#sent, ({ end }) => end >= past)
    const excess = Math.max(needless, this.#sent.length - MAXIMUM_PARTS)
    if (2 * excess >= this.#sent.length) this.#sent.splice(0, excess)
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
