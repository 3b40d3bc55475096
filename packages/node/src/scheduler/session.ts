import type {
  Http2Session,
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2'
import { performance } from 'node:perf_hooks'
import { asksForDocument } from '../document-request.js'
import { type Request, urlOf } from '../facts.js'
import { Alone, LonePage } from './alone.js'
import { Gate, type Progress } from './gate.js'
import type { Keeper } from './keeper.js'
import { FRAME, Live, PIECE } from './live.js'
import { LULL } from './order.js'
import { Pacer } from './pacer.js'
import { Page } from './page.js'
import { sendsByUrgency } from './prepare.js'
import { type Priority, requestPriority, signalledPriority, wireUrgency } from './priority.js'
import { Stake } from './stake.js'
import { Waiting } from './waiting.js'
import { wrappingOf } from './wrap.js'

/** Streams at once beyond which nothing is ordered, as each write is compared with all that go on. */
const MOST_ORDERED = 1000

/** What a stream is that the client has not asked for, or has not said enough about. */
export interface Adoption extends Partial<Priority> {
  /**
   * It is the page that the others belong to.
   * @default false
   */
  readonly page?: boolean
}

/** A property of the session would be found sooner, but V8 then is slow at all that Node does with it. */
const schedulers = new WeakMap<Http2Session, SessionScheduler>()

/** Orders all that one HTTP/2 session sends: the page first, the rest by urgency. */
export class SessionScheduler {
  /** Pages that nothing else has been asked for beside: nobody ever holds a page. */
  readonly #alone = new Alone()
  /** How many gates there are, of all that is not alone: each is found by its stream. */
  #gates = 0
  readonly #waiting = new Waiting()
  readonly #live: Live
  readonly #session: ServerHttp2Session
  readonly #pacer: Pacer
  readonly #stake: Stake
  readonly #keeper: Keeper = {
    passes: (gate, size) => this.#passes(gate, size),
    admits: (gate, size) => this.#unordered || this.#admits(gate, size),
    uncut: () => this.#stake.uncut,
    far: () => this.#stake.far,
    waits: (gate) => (this.#waiting.add(gate), this.#pumpSoon()),
    grew: (gate) => (this.#waiting.grew(gate), this.#pumpSoon()),
    handed: (gate, size) => this.#handed(gate, size),
    written: (gate, size) => this.#written(gate, size),
    noPage: (gate) => this.#stake.dropPage(gate),
    gone: (gate) => this.#forget(gate),
    proceed: () => this.#pumpSoon(),
  }
  #turns = 0
  /** The client is asked at the end of this turn of the event loop. */
  #probing = false
  /** What may go is handed on at the end of this tick, ... */
  #soon = false
  readonly #pumpNow = () => {
    this.#soon = false
    this.#pump()
  }
  /** ... or in a turn of its own. */
  #later = false
  /** The session or its socket did what they never should: from then on nothing is held. */
  #failed = false
  /** `performance.now()` when the socket last took anything. */
  #lastWritten = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(session: ServerHttp2Session) {
    this.#session = session
    this.#pacer = new Pacer(session, (asked) => this.#progress(asked))
    this.#stake = new Stake(this.#pacer)
    this.#live = new Live(() => this.#stake.far, sendsByUrgency(session))
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
    return session === undefined ? undefined : schedulers.get(session)
  }

  /**
   * Takes in what a client asks for, before anything is written to it. `request`: what
   * `node:http2`'s compatibility API made of it, where that answers it.
   */
  request(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, request?: Request): void {
    const page = asksForDocument(headers)
    const path = page ? pathOf(headers, request) : undefined
    const compatible = request !== undefined
    if (page && this.#gates === 0) return this.#alone.add(stream, path, compatible)
    this.#watchAll()
    const gate = this.#gateOf(stream)
    gate.compatible = compatible
    const signalled = signalledPriority(headers)
    gate.wire = wireUrgency(signalled)
    gate.told = signalled !== undefined && !signalled.incremental && !page
    gate.stand(requestPriority(headers, signalled), page)
    if (page) this.#note(gate, new Page(stream, path))
    else this.#stake.asked(gate)
  }

  /**
   * Takes in a pushed stream, before anything is written to it, or corrects what a stream is. Of
   * equal urgency, what was adopted first goes first.
   */
  adopt(stream: ServerHttp2Stream, adoption: Adoption): Progress {
    const { urgency = 3, incremental = false, page = false } = adoption
    this.#watchAll()
    const gate = this.#gateOf(stream)
    gate.told = false
    this.#live.uncouple(gate)
    gate.stand({ urgency, incremental }, page)
    this.#waiting.reorder()
    this.#note(gate, page ? new Page(stream) : undefined)
    return gate
  }

  /** Much will be asked for beside the page of `stream`: it is looked at from now on. */
  expect(stream: ServerHttp2Stream): void {
    if (wrappingOf(stream) instanceof LonePage) this.#watchAll()
  }

  #gateOf(stream: ServerHttp2Stream): Gate {
    return Gate.of(stream) ?? this.#makeGate(stream)
  }

  #makeGate(stream: ServerHttp2Stream): Gate {
    this.#gates += 1
    return new Gate(stream, this.#keeper, ++this.#turns)
  }

  /** From now on the order matters. What they have written already goes ahead of all else. */
  #watchAll(): void {
    if (this.#alone.size === 0) return
    for (const { stream, path, since } of this.#alone.clear()) {
      const gate = this.#makeGate(stream)
      this.#note(gate, new Page(stream, path, since))
      if (stream.writableLength > 0) this.#late(gate)
    }
  }

  #late(gate: Gate): void {
    gate.lastHanded = performance.now()
    this.#live.add(gate, gate.inFlight)
    gate.stream.once('finish', this.#keeper.proceed)
  }

  #note(gate: Gate, page: Page | undefined): void {
    if (page === undefined) this.#stake.dropPage(gate)
    else if (!gate.ended) this.#stake.addPage(gate, page)
  }

  /** Where nothing is at stake, a client that is near is sent by HTTP/2 itself what it orders as we do. */
  #passes(gate: Gate, size: number): boolean {
    if (this.#waiting.size > 0 || this.#stake.pages > 0 || this.#stake.far) return false
    return this.#live.letPast(gate, size, performance.now())
  }

  #admits(gate: Gate, size: number): boolean {
    const now = performance.now()
    const admitted = gate.page || this.#isFree(gate, size, now)
    if (admitted) gate.lastHanded = now
    return admitted
  }

  get #unordered(): boolean {
    return this.#failed || this.#gates > MOST_ORDERED
  }

  /** Whether nothing is in the way of `size` bytes of `gate`, and they are in the way of nothing. */
  #isFree(gate: Gate, size: number, now: number): boolean {
    if (size > PIECE || this.#waiting.size > 0 || this.#stake.pages > 0) return false
    return !this.#holds(gate, size, now) && this.#stake.next(gate) === undefined
  }

  /** Whether others keep `size` bytes of `gate` waiting. */
  #holds(gate: Gate, size: number, now: number): boolean {
    return this.#live.hold(gate, size, now) || this.#stake.hold(gate, now)
  }

  #handed(gate: Gate, size: number): void {
    // Not by `#attempt`: a closure for each write is what the garbage collector then has to do.
    try {
      this.#live.add(gate, size)
      this.#stake.handed(gate, size)
    } catch (error) {
      this.#fail(error)
    }
  }

  #written(gate: Gate, size: number): void {
    this.#stake.written(gate)
    const now = performance.now()
    gate.lastWritten = this.#lastWritten = now
    if (gate.page) return this.#partWritten()
    this.#live.written(gate, size, now)
    if (this.#waiting.size > 0 && this.#expects) this.#probeSoon()
  }

  /** Once all is counted that the same write to the socket took: a question goes behind it. */
  #probeSoon(): void {
    if (this.#probing) return
    this.#probing = true
    setImmediate(() => {
      this.#probing = false
      this.#attempt(() => this.#pacer.probe())
    })
  }

  /** A page beside which nothing else has been asked for yet. */
  #partWritten(): void {
    if (this.#gates === this.#stake.pages) this.#attempt(() => this.#stake.explore())
  }

  #forget(gate: Gate): void {
    this.#gates -= 1
    if (this.#waiting.size > 0) this.#waiting.delete(gate)
    if (gate.passed > 0) this.#arrived(gate)
    this.#live.delete(gate)
    this.#stake.over(gate)
    this.#pumpSoon()
  }

  #arrived(gate: Gate): void {
    this.#lastWritten = performance.now()
    this.#live.arrived(gate, this.#lastWritten)
  }

  /** No failure of ours reaches a response, or the process. */
  #attempt(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    process.emitWarning(`A session is no longer scheduled: ${String(error)}`, 'PushplanWarning')
  }

  /** After all that is written in the same turn. */
  #pumpSoon(): void {
    if (this.#soon || this.#waiting.size === 0) return
    this.#soon = true
    process.nextTick(this.#pumpNow)
  }

  /** Hands on one response in a turn in which no source writes. */
  #pumpLater(): void {
    if (this.#later) return
    this.#later = true
    setImmediate(() => {
      this.#later = false
      this.#pump(true)
      this.#pumpSoon()
    })
  }

  /** `own`: in a turn of its own. */
  #pump(own = false): void {
    if (this.#waiting.size === 0) return
    if (!this.#failed) this.#attempt(() => this.#handOn(own))
    if (this.#failed) this.#handOn(own)
    if (!own) this.#waiting.readAhead()
  }

  /** Hands on, in order, what may go. */
  #handOn(own: boolean): void {
    const now = performance.now()
    const starving = this.#waiting.starving(now)
    for (let next = starving ?? this.#waiting.first; next; next = this.#waiting.first) {
      const limit = next === starving ? FRAME : this.#limit(next, now)
      if (limit <= 0) return
      if (next.partial && !own) return this.#pumpLater()
      if (next === starving) this.#waiting.fed(now)
      next.lastHanded = performance.now()
      this.#open(next, limit)
      if (own) return
    }
  }

  #open(gate: Gate, limit: number): void {
    this.#waiting.delete(gate)
    const { handed } = gate
    gate.open(limit)
    if (gate.incremental) this.#takeTurn(gate, gate.handed - handed)
  }

  /** Its turn lasts for a frame, however small the pieces are that a slow link takes. */
  #takeTurn(gate: Gate, size: number): void {
    gate.taken += size
    if (gate.taken < FRAME) return
    gate.taken = 0
    gate.turn = ++this.#turns
  }

  /** How many bytes of it may go now. */
  #limit(gate: Gate, now: number): number {
    if (gate.page || this.#unordered) return Infinity
    const size = gate.waiting?.size ?? 0
    if (this.#holds(gate, size, now)) {
      this.#look()
      return 0
    }
    const room = this.#stake.room(gate, size)
    if (room === 0 && this.#live.inFlight) this.#look()
    return room
  }

  /** Looks again after a lull; where nothing moved, asks the client whether it is the socket that is slow. */
  #look(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const now = performance.now()
      const unmoved = now - this.#lastWritten > LULL && this.#live.inFlight
      if (unmoved && this.#waiting.size > 0) this.#ask(now)
      this.#pump()
    }, LULL + 1).unref()
  }

  /** Nobody answers on a session that is closing: who has not been let go by now counts as stalled. */
  #ask(now: number): void {
    if (this.#pacer.mute) this.#pacer.stalled(this.#live.stall(now))
    else this.#attempt(() => this.#pacer.check())
  }

  /** The client has answered what was asked at `asked`. Returns whether anything is still to come. */
  #progress(asked: number | undefined): boolean {
    if (asked !== undefined) this.#pacer.stalled(this.#live.stall(asked))
    this.#pump()
    return this.#expects
  }

  /** Whether anything is still to come that what waits is not to delay. */
  get #expects(): boolean {
    return this.#stake.next(this.#waiting.first) !== undefined
  }

  /** Sessions can outlive their connection, by a timer of their server's for example. */
  #stop(): void {
    schedulers.delete(this.#session)
    this.#pacer.stop()
    clearTimeout(this.#timer)
  }
}

function pathOf(headers: IncomingHttpHeaders, request: Request | undefined): string | undefined {
  return request === undefined ? headers[':path'] : urlOf(request)
}
