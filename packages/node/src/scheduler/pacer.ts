import type { ServerHttp2Session } from 'node:http2'
import { type Allowance, LinkModel, type Moment } from './link-model.js'

/** Looks again after that long at the latest: pacing must not stall a session, in ms. */
const PATIENCE = 1000
const SEGMENT = 1448
/** What the first PING follows: enough to tell a slow link by, and soon acknowledged. */
const FIRST_PIECE = 2 * SEGMENT
const PIECE = 16_384
/** How much may wait for the link while a page pauses, and while its handler thinks, in ms. */
const PAUSE_BACKLOG = 8
const THINK_BACKLOG = 15
const MAXIMUM_RESERVE = 4 * SEGMENT

/** What is known of the page that may come next. */
export interface PageOutlook {
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
  readonly #progress: (asked?: number) => void
  readonly #link = new LinkModel()
  #pinging = false
  #unprobed = 0
  #timer: NodeJS.Timeout | undefined

  /** `progress` is told when there may be more room, and when an answered question was `asked`. */
  constructor(session: ServerHttp2Session, progress: (asked?: number) => void) {
    this.#session = session
    this.#progress = progress
    const since = performance.now()
    // The client acknowledges our SETTINGS at once, and mostly before it is sent anything else.
    if (session.pendingSettingsAck) {
      session.once('localSettings', () => this.#link.roundTrip(performance.now() - since))
    }
  }

  /** A page is at stake, and none was before. */
  start(): void {
    this.#link.restart(performance.now())
  }

  sent(size: number): void {
    this.#unprobed += size
    this.#link.sent(size, this.#moment())
  }

  /** Bytes that may go on now, of `size`; if none, there will be progress. */
  room(size: number, page: PageOutlook): number {
    const now = performance.now()
    const allowance = this.#allowance(now, page)
    const room = Math.min(this.#link.room(now, allowance), size, this.#pieceLimit())
    if (room >= Math.min(size, this.#link.grain(allowance))) return Math.ceil(room)
    this.probe()
    this.#wake(this.#link.roomAt(now, allowance) - now)
    return 0
  }

  /** Asks the client to say when what has been sent has arrived, if anything has. */
  probe(): void {
    if (this.#unprobed > 0) this.check()
  }

  /** Asks the client for a sign of life. */
  check(): void {
    if (this.#pinging || this.#session.destroyed || this.#session.closed) return
    const moment = this.#moment()
    this.#pinging = true
    this.#unprobed = 0
    this.#link.asked(moment)
    this.#session.ping((error) => {
      this.#pinging = false
      if (error !== null) return
      this.#link.answered(performance.now())
      this.#progress(moment.now)
    })
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Long before the page is due, only what can't be sent till then is too much. */
  #allowance(now: number, { started, due, size }: PageOutlook): Allowance {
    const reserve = Math.min(Math.max(size, SEGMENT), MAXIMUM_RESERVE)
    if (started) return { backlog: PAUSE_BACKLOG, reserve }
    if (due === undefined) return { backlog: THINK_BACKLOG, reserve: 0 }
    const left = due - now
    return {
      backlog: Math.max(left, THINK_BACKLOG),
      reserve: left > this.#link.knownRoundTrip ? 0 : reserve,
    }
  }

  #moment(): Moment {
    // The socket of a session that is gone can't be asked.
    const wire = this.#session.destroyed ? 0 : this.#session.socket.bytesWritten
    return { now: performance.now(), wire }
  }

  #pieceLimit(): number {
    return this.#link.measured || this.#pinging ? PIECE : FIRST_PIECE
  }

  #wake(wait: number): void {
    clearTimeout(this.#timer)
    const delay = Math.min(Math.max(wait, 1), PATIENCE)
    this.#timer = setTimeout(() => this.#progress(), delay).unref()
  }
}
