import type { ServerHttp2Session } from 'node:http2'

/** Ten segments: what TCP sends at first (RFC 6928). */
const INITIAL_WINDOW = 14_600
/** After that long, TCP starts again from its initial window. */
const IDLE = 1000
/** An acknowledgement that takes longer is not waited for: pacing must not stall a session. */
const OVERDUE = 1000

/**
 * Keeps what is on its way to the client so small that a page which comes next is not delayed: a
 * window of unacknowledged bytes, like TCP's, for what HTTP/2 has handed to the socket, since what
 * waits in the socket's buffers can't be overtaken. PING acknowledgements tell what has arrived.
 */
export class Pacer {
  readonly #session: ServerHttp2Session
  readonly #progress: () => void
  #window = INITIAL_WINDOW
  #sent = 0
  #acknowledged = 0
  #covered = 0
  #pinging = false
  #minimum = Infinity
  #lastSent = 0
  #overdue: NodeJS.Timeout | undefined

  constructor(session: ServerHttp2Session, progress: () => void) {
    this.#session = session
    this.#progress = progress
  }

  /** Bytes that may go on now. */
  get room(): number {
    return this.#window - (this.#sent - this.#acknowledged)
  }

  /** Pacing begins: what was sent before is not waited for. */
  start(): void {
    this.#acknowledged = this.#sent
    if (performance.now() - this.#lastSent > IDLE) this.#window = INITIAL_WINDOW
  }

  sent(size: number): void {
    this.#sent += size
    this.#lastSent = performance.now()
  }

  /** Asks the client to say what has arrived; one PING at a time. */
  probe(): void {
    if (this.#pinging || this.#covered === this.#sent || this.#session.destroyed) return
    const covered = this.#sent
    const since = performance.now()
    this.#pinging = true
    this.#covered = covered
    this.#overdue = setTimeout(() => this.#acknowledge(covered), OVERDUE).unref()
    this.#session.ping((error) => {
      clearTimeout(this.#overdue)
      this.#pinging = false
      if (error === null) this.#measure(performance.now() - since, covered)
      this.#acknowledge(covered)
    })
  }

  stop(): void {
    clearTimeout(this.#overdue)
  }

  /** As TCP's slow start: one byte more for each that has arrived, unless a queue builds up. */
  #measure(roundTrip: number, covered: number): void {
    this.#minimum = Math.min(this.#minimum, roundTrip)
    if (roundTrip > this.#minimum * 1.25 + 10) return
    this.#window += Math.max(0, covered - this.#acknowledged)
  }

  #acknowledge(covered: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, covered)
    this.#progress()
  }
}
