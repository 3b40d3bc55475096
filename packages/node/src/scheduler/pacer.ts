import type { ServerHttp2Session } from 'node:http2'
import { performance } from 'node:perf_hooks'
import { type Allowance, LinkModel } from './link-model.js'
import { type Moment, NOISE, SEGMENT } from './link-rate.js'
import { FRAME, PIECE } from './live.js'
import { roundTripOf } from './prepare.js'

/** Looks again after that long at the latest: pacing must not stall a session, in ms. */
const PATIENCE = 100
/** What a PING follows at least: enough to tell a slow link by, and soon acknowledged. */
const FIRST_PIECE = 2 * SEGMENT
/** With the headers before them, so many bytes of a page tell something of the link. */
const TELLING = SEGMENT / 2
/** How much may wait for the link while a page pauses, in ms, ... */
const PAUSE_BACKLOG = 6
/** ... where it is known how long, ... */
const KNOWN_PAUSE_BACKLOG = 2
/** ... while its handler thinks, ... */
const THINK_BACKLOG = 10
/** ... and where it is known how long that takes, ... */
const KNOWN_THINK_BACKLOG = 5
/** ... and two segments, so that a link has something to send whatever timers do, in a pause twice that, ... */
const BACKLOG = 2 * SEGMENT
/** ... but then no more than this share of the time that the page has taken, ... */
const NOTICEABLE = 1 / 6
/** ... of which so many ms do not count: so short a page shows any delay. */
const SHORT = 100
/** How much longer that may take where a link may be faster than is known; as long again where a page is about to go on. */
const HOPE = 8
/** So much TCP sends as soon as it hears of its first window, if a page is not due by then, ... */
const AHEAD = 4 * SEGMENT
/** ... nor its next part, of which the one after that must not wait, too. */
const AHEAD_IN_PAUSE = 3 * SEGMENT
const MAXIMUM_RESERVE = 2 * SEGMENT
/** The same, before the first answer: a page that comes well before it has only TCP's first window, ... */
const FIRST_RESERVE = 6 * SEGMENT
/** ... that is within this share of a round trip, ... */
const BEFORE_ANSWER = 3 / 4
/** ... which is taken for that long until it is known, in ms: what a mobile network has. */
const USUAL_ROUND_TRIP = 100
/** What is kept of that for a page of which nothing is known: what most weigh, compressed. */
const UNKNOWN_PAGE = 4 * SEGMENT
/** The headers of a page. */
const HEAD = SEGMENT / 2
/** 1.6 Mbit/s, in bytes a ms: so slow any link may be, until it is known. */
const SLOW = 200

/** What is known of what may come next: a page, or what else goes ahead of all that waits. */
export interface Outlook {
  /** When it was asked for, by `performance.now()`. */
  readonly since: number
  /** It has written something: a page that streams. */
  readonly started: boolean
  /** When it is expected to write, by `performance.now()`. */
  readonly due: number | undefined
  /** Bytes that it wrote last, or is expected to. */
  readonly size: number
}

/**
 * Keeps what is on its way to the client so small that a page which comes next is not delayed.
 * What waits in socket buffers can't be overtaken, so it asks a model of the link how much that
 * is; HTTP/2 PING acknowledgements, one at a time, tell the model how the link really is.
 */
export class Pacer {
  readonly #session: ServerHttp2Session
  readonly #progress: (asked?: number) => boolean
  readonly #model = new LinkModel()
  #pinging = false
  /** Bytes that the socket has been given, and that no question has come behind yet. */
  #unprobed = 0
  /** Bytes that HTTP/2 has been handed, and the socket has not: a PING overtakes them. */
  #unwritten = 0
  #timer: NodeJS.Timeout | undefined
  /** A page that streams is about to go on: there is little time to find out more. */
  #hurried = false

  /**
   * `progress` is told when there may be more room, and when an answered question was `asked`; it
   * tells whether anything is still to come.
   */
  constructor(session: ServerHttp2Session, progress: (asked?: number) => boolean) {
    this.#session = session
    this.#progress = progress
    this.#takeRoundTrip()
    session.once('localSettings', () => {
      this.#takeRoundTrip()
      progress()
    })
  }

  /** Something is at stake, and nothing was before. */
  start(): void {
    // Of a link that nothing is known of, what was sent before waits to be acknowledged.
    if (this.#model.link.measured) this.#unprobed = 0
    this.#model.restart(performance.now())
  }

  sent(size: number): void {
    this.#unwritten += size
    this.#model.sent(size, this.#moment())
  }

  /** Bytes that were sent are with the socket. */
  written(size: number): void {
    this.#unwritten -= size
    this.#unprobed += size
    if (size > 0) this.#model.written(performance.now())
  }

  /** Bytes that were sent wait for something else than the link: no question comes behind them. */
  stalled(size: number): void {
    this.#unwritten -= size
  }

  /** Bytes that may go on now, of `size`; if none, there will be progress. */
  room(size: number, next: Outlook): number {
    const now = performance.now()
    this.#hurried = next.started && next.due !== undefined
    const allowance = this.#allowance(now, next)
    const room = Math.min(this.#model.room(now, allowance), size, this.#pieceLimit())
    if (room >= Math.min(size, this.#model.grain(allowance))) return Math.ceil(room)
    this.#probeBehind()
    this.#wake(this.#model.roomAt(now, allowance) - now)
    return 0
  }

  /** Asks about a link of which nothing is known yet, once there is enough under way to tell. */
  explore(): void {
    if (!this.#model.link.measured && this.#unprobed >= TELLING) this.probe()
  }

  /** Asks the client to say when what has been sent has arrived, if that can tell anything new. */
  probe(): void {
    if (this.#unprobed > 0 && this.#unprobed >= this.#enough) this.check()
  }

  /** The same, but not ahead of what is about to be with the socket: once it is, that tells more. */
  #probeBehind(): void {
    if (this.#unwritten === 0) this.probe()
  }

  /** Asks the client for a sign of life. */
  check(): void {
    if (this.#pinging || this.mute) return
    const moment = this.#moment()
    this.#pinging = true
    this.#unprobed = 0
    this.#model.asked(moment, this.#unwritten)
    this.#session.ping((error) => {
      this.#pinging = false
      if (error !== null) return this.#model.unasked()
      this.#model.answered(performance.now())
      if (this.#progress(moment.now)) this.#probeBehind()
    })
  }

  /** The shortest that the client has shown, in ms; Infinity: none yet. */
  get roundTrip(): number {
    return this.#model.link.roundTrip
  }

  /** No PING is sent any more. */
  get mute(): boolean {
    return this.#session.destroyed || this.#session.closed
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #allowance(now: number, next: Outlook): Allowance {
    const { due, started } = next
    const backlog = this.#backlog(now, next)
    return {
      backlog,
      hope: this.#hurried ? KNOWN_PAUSE_BACKLOG : HOPE,
      due: due ?? 0,
      reserve: this.#reserve(now, next),
      ahead: due === undefined ? 0 : started ? AHEAD_IN_PAUSE : AHEAD,
      // What even a slow link sends till the page is due. Where it has started, TCP's window is the bound:
      // less would leave a fast link idle until the next answer.
      blind: started ? Infinity : (Math.max((due ?? Infinity) - now, 0) + backlog) * SLOW,
    }
  }

  #backlog(now: number, { since, started, due }: Outlook): number {
    const segments = BACKLOG / this.#model.link.rate
    if (!started) return (due === undefined ? THINK_BACKLOG : KNOWN_THINK_BACKLOG) + segments
    const taken = Math.max(0, now - since - SHORT)
    const sure = due === undefined ? PAUSE_BACKLOG : KNOWN_PAUSE_BACKLOG
    return sure + Math.min(2 * segments, taken * NOTICEABLE)
  }

  #reserve(now: number, { started, due, size }: Outlook): number {
    const { measured, roundTrip } = this.#model.link
    if (!started && due === undefined) return measured ? 0 : UNKNOWN_PAGE
    const answer = BEFORE_ANSWER * (roundTrip === Infinity ? USUAL_ROUND_TRIP : roundTrip)
    const soon = !measured && due !== undefined && due - now < answer
    const most = soon ? FIRST_RESERVE : MAXIMUM_RESERVE
    return Math.min(Math.max(soon ? size + HEAD : size, SEGMENT), most)
  }

  #takeRoundTrip(): void {
    this.#model.link.took(roundTripOf(this.#session))
  }

  #moment(): Moment {
    // The socket of a session that is gone can't be asked.
    const wire = this.#session.destroyed ? 0 : this.#session.socket.bytesWritten
    return { now: performance.now(), wire }
  }

  /** Bytes to ask behind: where noise has hidden how fast the link is, twice as much shows twice the rate. */
  get #enough(): number {
    const telling = this.#telling()
    return this.#hurried && this.#model.link.hidden ? telling / 2 : telling
  }

  /** Bytes whose way takes so long that noise does not hide it, unless the link is faster than it is known to be. */
  #telling(): number {
    const { measured, rate } = this.#model.link
    return measured ? Math.min(4 * NOISE * rate, PIECE) : 0
  }

  /** So that a question goes out soon: its answer is needed before the page comes. */
  #pieceLimit(): number {
    return this.#pinging ? FRAME : Math.max(FIRST_PIECE, this.#telling())
  }

  #wake(wait: number): void {
    clearTimeout(this.#timer)
    const delay = Math.min(Math.max(wait, 1), PATIENCE)
    this.#timer = setTimeout(() => this.#progress(), delay).unref()
  }
}
