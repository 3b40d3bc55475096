import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { Gate, type Keeper } from './gate.js'
import { compare, holds, LULL } from './order.js'
import { Pacer } from './pacer.js'
import { Pages } from './pages.js'
import { isPageRequest, type Priority, requestPriority } from './priority.js'

/** Handed to HTTP/2 at a time: what a more urgent response may have to wait for. */
const PIECE = 65_536
/** Small responses go together: HTTP/2 sends what fits one frame in the order it is handed over. */
const BATCH = 16_384
/** After that long a response that waits gets a batch past all that outrank it, in ms. */
const STARVING = 2000

/** What a stream is that the client has not asked for, or has not said enough about. */
export interface Adoption extends Partial<Priority> {
  /**
   * It is the page that the others belong to.
   * @default false
   */
  readonly page?: boolean
}

const schedulers = new WeakMap<ServerHttp2Session, SessionScheduler>()

/** Orders all that one HTTP/2 session sends: the page first, the rest by urgency. */
export class SessionScheduler {
  readonly #gates = new Map<ServerHttp2Stream, Gate>()
  readonly #waiting = new Set<Gate>()
  /** Gates whose response has begun and is not over. */
  readonly #live = new Set<Gate>()
  readonly #pages = new Pages()
  readonly #pacer: Pacer
  readonly #keeper: Keeper = {
    admits: (gate, size) => this.#admits(gate, size),
    waits: (gate) => (this.#waiting.add(gate), this.#pump()),
    handed: (gate, size) => this.#handed(gate, size),
    written: (gate) => this.#written(gate),
    proceed: () => this.#pump(),
    closed: (gate) => this.#closed(gate),
    paces: () => this.#pages.expected !== undefined,
  }
  #turns = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(session: ServerHttp2Session) {
    this.#pacer = new Pacer(session, (asked) => this.#progress(asked))
    session.once('close', () => this.#stop())
  }

  /** The scheduler of `session`, made where there is none. */
  static of(session: ServerHttp2Session): SessionScheduler {
    const known = schedulers.get(session)
    if (known !== undefined) return known
    const scheduler = new SessionScheduler(session)
    schedulers.set(session, scheduler)
    return scheduler
  }

  /** The scheduler of the stream's session, if it has one. */
  static find({ session }: ServerHttp2Stream): SessionScheduler | undefined {
    return session === undefined ? undefined : schedulers.get(session as ServerHttp2Session)
  }

  /** Takes in what a client asks for, before anything is written to it. */
  request(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const gate = this.#gate(stream)
    gate.stand(requestPriority(headers), isPageRequest(headers))
    this.#note(gate, headers[':path'] ?? '')
  }

  /**
   * Takes in a pushed stream, before anything is written to it, or corrects what a stream is. Of
   * equal urgency, what was adopted first goes first.
   */
  adopt(stream: ServerHttp2Stream, adoption: Adoption): void {
    const { urgency = 3, incremental = false, page = false } = adoption
    const gate = this.#gate(stream)
    gate.stand({ urgency, incremental }, page)
    this.#note(gate, '')
  }

  #gate(stream: ServerHttp2Stream): Gate {
    const known = this.#gates.get(stream)
    if (known !== undefined) return known
    const gate = new Gate(stream, this.#keeper, ++this.#turns)
    this.#gates.set(stream, gate)
    return gate
  }

  #note(gate: Gate, path: string): void {
    if (!gate.page) return this.#pages.delete(gate)
    if (gate.ended) return
    if (this.#pages.size === 0) this.#pacer.start()
    this.#pages.add(gate, path)
  }

  #admits(gate: Gate, size: number): boolean {
    // An empty write takes nothing from anybody, and nothing would wake it again.
    if (gate.page || size === 0) return true
    const alone = this.#waiting.size === 0 && this.#live.size === 0 && this.#pages.size === 0
    return alone && size <= PIECE
  }

  #handed(gate: Gate, size: number): void {
    this.#live.add(gate)
    gate.lastHanded = performance.now()
    if (this.#pages.size === 0) return
    this.#pages.wrote(gate, size)
    // Where there are only pages, nobody asks for a model of the link.
    if (this.#gates.size > this.#pages.size) this.#pacer.sent(size)
  }

  #written(gate: Gate): void {
    gate.lastWritten = performance.now()
    if (!gate.page && this.#waiting.size > 0 && this.#pages.expected !== undefined)
      this.#pacer.probe()
  }

  #closed(gate: Gate): void {
    this.#gates.delete(gate.stream)
    this.#waiting.delete(gate)
    this.#live.delete(gate)
    this.#pages.delete(gate)
    this.#pump()
  }

  /** Hands on, in order, what may go. */
  #pump(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const limit = this.#limit(next)
      if (limit <= 0) return
      if (next.incremental) next.turn = ++this.#turns
      this.#waiting.delete(next)
      next.open(limit)
    }
  }

  #next(): Gate | undefined {
    if (this.#waiting.size === 0) return undefined
    let best: Gate | undefined
    const starving = performance.now() - STARVING
    for (const gate of this.#waiting) {
      if (gate.since < starving) return gate
      if (best === undefined || compare(gate, best) < 0) best = gate
    }
    return best
  }

  /** How many bytes of it may go now. */
  #limit(gate: Gate): number {
    if (gate.page) return Infinity
    if (gate.since < performance.now() - STARVING) return BATCH
    const size = gate.waiting?.size ?? 0
    if (this.#held(gate, size)) {
      this.#look()
      return 0
    }
    const page = this.#pages.expected
    return page === undefined ? PIECE : this.#pacer.room(size, page)
  }

  #held(gate: Gate, size: number): boolean {
    let held = false
    let batch = size
    for (const live of this.#live) {
      if (!holds(live, gate)) continue
      held = true
      batch += live.handed
      if (live.page || batch > BATCH) return true
    }
    return held && batch > BATCH
  }

  /** Looks again after a lull, and then asks the client whether it is the socket that is slow. */
  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.#waiting.size > 0) this.#pacer.check()
      this.#pump()
    }, LULL + 1).unref()
  }

  /**
   * The client has answered what was asked at `asked`. What was handed on well before and is still
   * not with the socket waits for its own flow-control window, or to be let in by the client.
   */
  #progress(asked: number | undefined): void {
    for (const live of asked === undefined ? [] : this.#live) {
      if (live.inFlight > 0 && live.lastHanded < (asked ?? 0) - LULL) live.stalled = true
    }
    this.#pump()
  }

  #stop(): void {
    this.#pacer.stop()
    clearTimeout(this.#timer)
  }
}
