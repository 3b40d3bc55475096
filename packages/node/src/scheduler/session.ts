import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { Gate, type Keeper } from './gate.js'
import { isPageRequest, type Priority, requestPriority } from './priority.js'
import { Page } from './page.js'
import { Pacer } from './pacer.js'

/** Handed to HTTP/2 at a time: what a more urgent response may have to wait for. */
const PIECE = 65_536
/** Small responses go together: HTTP/2 sends what fits one frame in the order it is handed over. */
const BATCH = 16_384
/** What a response that has begun may take to produce its next bytes before others use the link, in ms. */
const LULL = 5
/** After that long a response that waits gets one piece past all that outrank it, in ms. */
// const STARVING = 2000

export interface Adoption extends Partial<Priority> {
  /** It is the page that the others belong to. */
  readonly page?: boolean
}

const schedulers = new WeakMap<ServerHttp2Session, SessionScheduler>()

/** Orders all that one HTTP/2 session sends: the page first, the rest by urgency. */
export class SessionScheduler implements Keeper {

  readonly #gates = new Map<ServerHttp2Stream, Gate>()
  readonly #waiting = new Set<Gate>()
  /** Gates whose response has begun and is not over: they hold up what they outrank. */
  readonly #live = new Set<Gate>()
  readonly #pages = new Map<Gate, Page>()
  readonly #pacer: Pacer
  #turns = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(session: ServerHttp2Session) {
    this.#pacer = new Pacer(session, () => this.#pump())
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
  static find(stream: ServerHttp2Stream): SessionScheduler | undefined {
    return stream.session === undefined
      ? undefined
      : schedulers.get(stream.session as ServerHttp2Session)
  }

  /** Takes in what a client asks for. */
  request(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const gate = this.#gate(stream)
    gate.stand({ priority: requestPriority(headers), page: isPageRequest(headers) })
    this.#notePage(gate, String(headers[':path']))
  }

  /** Takes in a pushed stream, or says what a stream is. */
  adopt(stream: ServerHttp2Stream, { urgency = 3, incremental = false, page = false }: Adoption) {
    const gate = this.#gate(stream)
    gate.stand({ priority: { urgency, incremental }, page })
    this.#notePage(gate, '')
  }

  #gate(stream: ServerHttp2Stream): Gate {
    const known = this.#gates.get(stream)
    if (known !== undefined) return known
    const gate = new Gate(stream, this, ++this.#turns)
    this.#gates.set(stream, gate)
    return gate
  }

  #notePage(gate: Gate, route: string): void {
    if (!gate.page || gate.ended) {
      this.#pages.delete(gate)
      return
    }
    if (this.#pages.size === 0) this.#pacer.start()
    if (!this.#pages.has(gate)) this.#pages.set(gate, new Page(gate.stream, route))
  }

  admits(gate: Gate, size: number): boolean {
    if (gate.page) return true
    if (this.#waiting.size === 0 && this.#live.size === 0 && this.#pages.size === 0) {
      return size <= PIECE
    }
    return false
  }

  waits(gate: Gate): void {
    this.#waiting.add(gate)
    this.#pump()
  }

  handed(gate: Gate, size: number): void {
    this.#live.add(gate)
    if (this.#pages.size === 0) return
    this.#pages.get(gate)?.wrote(size)
    this.#pacer.sent(size)
  }

  written(gate: Gate): void {
    if (!gate.page && this.#expected() !== undefined) this.#pacer.probe()
  }

  proceed(): void {
    if (this.#waiting.size > 0) this.#pump()
  }

  closed(gate: Gate): void {
    this.#gates.delete(gate.stream)
    this.#waiting.delete(gate)
    this.#live.delete(gate)
    this.#pages.delete(gate)
    if (this.#waiting.size > 0) this.#pump()
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
    let best: Gate | undefined
    for (const gate of this.#waiting) {
      if (best === undefined || compare(gate, best) < 0) best = gate
    }
    return best
  }

  /** How many bytes of it may go now. */
  #limit(gate: Gate): number {
    if (gate.page) return Infinity
    const size = gate.waiting?.size ?? 0
    const held = this.#holder(gate, size)
    if (held !== undefined) {
      this.#look()
      return 0
    }
    const page = this.#expected()
    if (page === undefined) return PIECE
    return this.#pacer.room(size, page)
  }

  /** A response that has begun, is not over, and comes before `gate`. */
  #holder(gate: Gate, size: number): Gate | undefined {
    const now = performance.now()
    let sum = size
    let holder: Gate | undefined
    for (const live of this.#live) {
      if (live === gate || live.stalled) continue
      if (live.inFlight === 0 && (now - live.lastWritten > LULL || (live.page && !live.ended))) continue
      if (live.inFlight === 0 && live.incremental && gate.incremental && compare(live, gate) > 0) continue
      if (compare(live, gate) > 0 && !(live.incremental && gate.incremental && live.urgency === gate.urgency)) continue
      sum += live.inFlight
      holder ??= live
      if (live.page) return live
    }
    return holder !== undefined && sum <= BATCH ? undefined : holder
  }

  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#pump()
    }, LULL + 1).unref()
  }

  /** The page that may still have something to say. */
  #expected(): Page | undefined {
    for (const page of this.#pages.values()) if (!page.ended) return page
    return undefined
  }

  #stop(): void {
    this.#pacer.stop()
    clearTimeout(this.#timer)
  }
}

function compare(a: Gate, b: Gate): number {
  if (a.page !== b.page) return a.page ? -1 : 1
  if (a.urgency !== b.urgency) return a.urgency - b.urgency
  if (a.incremental !== b.incremental) return a.incremental ? 1 : -1
  return a.turn - b.turn
}
