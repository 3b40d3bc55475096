import type {
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2'
import { type Chunk, Chunks, type Done, sizeOf } from './chunks.js'
import { SEGMENT } from './link-rate.js'
import { type Priority, responsePriority } from './priority.js'
import { type Wrapped, type Wrapping, wrap } from './wrap.js'

/** Who decides when a gate's bytes go. */
export interface Keeper {
  /** Whether `size` bytes may go past at once. */
  admits(gate: Gate, size: number): boolean
  /** Bytes wait at the gate. */
  waits(gate: Gate): void
  /** `size` bytes went on to HTTP/2, ... */
  handed(gate: Gate, size: number): void
  /** ... and from there to the socket. */
  written(gate: Gate): void
  /** Its source has had the chance to write more. */
  proceed(): void
  closed(gate: Gate): void
  /** Whether a page is still to come: what goes before it goes in small pieces. */
  paces(): boolean
}

/** Bodies up to this size are not worth the empty frame that cutting them costs. */
const UNCUT = 16_384
/** ... and while a page is still to come, which a whole one would delay. */
const UNCUT_BEFORE_PAGE = 2 * SEGMENT

/**
 * Stands between an `Http2Stream` and what writes to it. While bytes wait, `Writable` keeps the
 * backpressure to their source.
 */
export class Gate implements Wrapping {
  readonly stream: ServerHttp2Stream
  /** Its turn among equals: the smaller comes first. */
  turn: number
  page = false
  urgency = 3
  incremental = false
  /** Bytes handed to HTTP/2 so far, ... */
  handed = 0
  /** ... and those of them that are not with the socket yet. */
  inFlight = 0
  /** `performance.now()` when bytes were last handed on, and when they were last with the socket. */
  lastHanded = 0
  lastWritten = 0
  /** Its bytes do not go although the socket takes others: it holds up nobody. */
  stalled = false
  waiting: Chunks | undefined
  /** `performance.now()` when it began to wait. */
  since = 0
  readonly #keeper: Keeper
  readonly #stream: Wrapped
  #requested: Priority | undefined
  #settled = false
  #cuttable = false
  #length = Infinity

  constructor(stream: ServerHttp2Stream, keeper: Keeper, turn: number) {
    this.stream = stream
    this.turn = turn
    this.#keeper = keeper
    this.#stream = wrap(stream, this)
  }

  /** Whether its body has begun. */
  get begun(): boolean {
    return this.handed > 0
  }

  /** Whether its body is with HTTP/2, by its content-length. */
  get complete(): boolean {
    return this.handed >= this.#length
  }

  /** Whether all of the response has been written to the stream. */
  get ended(): boolean {
    return this.stream.writableEnded
  }

  /** Its place in the order; what the response's headers say can change it, but a page stays one. */
  stand(requested: Priority | undefined, page: boolean): void {
    this.#requested = requested
    this.page = page
    this.#settled = false
    if (requested !== undefined) this.#place(requested)
  }

  /**
   * Hands on what waits, `limit` bytes at most. Only a stream that waits for trailers can be cut:
   * any other one is ended by Node with the write during which `end()` had been called.
   */
  open(limit: number): void {
    const { waiting } = this
    if (waiting === undefined || this.stream.destroyed) return
    const piece = this.#cuttable ? waiting.take(limit) : waiting.all()
    if (waiting.size === 0) this.waiting = undefined
    else this.since = performance.now()
    this.#hand(piece, (error) => {
      if (error || waiting.size === 0) waiting.done(error)
      else if (this.waiting !== undefined) this.#keeper.waits(this)
    })
  }

  /**
   * A body can be cut where Node waits for trailers; where there are none it then ends with an empty
   * frame. A request whose body nobody reads is closed by Node only without that.
   */
  respond(headers?: OutgoingHttpHeaders, options?: ServerStreamResponseOptions): void {
    const waits = options?.waitForTrailers === true
    const add = !waits && options?.endStream !== true && this.#worthCutting(headers)
    this.#cuttable = waits || add
    this.#stream.respond(headers, add ? { ...options, waitForTrailers: true } : options)
  }

  #worthCutting(headers: OutgoingHttpHeaders | undefined): boolean {
    const uncut = this.#keeper.paces() ? UNCUT_BEFORE_PAGE : UNCUT
    if (Number(headers?.['content-length'] ?? Infinity) <= uncut) return false
    return Number(this.stream.id) % 2 === 0 || this.stream.endAfterHeaders
  }

  #place({ urgency, incremental }: Priority): void {
    this.urgency = urgency
    this.incremental = incremental
  }

  #settle(): void {
    this.#settled = true
    const { sentHeaders } = this.stream
    if (sentHeaders !== undefined) {
      this.#length = Number(sentHeaders['content-length'] ?? Infinity)
      this.#place(responsePriority(sentHeaders, this.#requested))
    }
  }

  /** What the stream is told to write. */
  accept(chunks: Chunk[], done: Done): void {
    if (!this.#settled) this.#settle()
    if (this.#keeper.admits(this, sizeOf(chunks))) return this.#hand(chunks, done)
    this.waiting = new Chunks(chunks, done)
    this.since = performance.now()
    this.#keeper.waits(this)
  }

  #hand(chunks: Chunk[], done: Done): void {
    const size = sizeOf(chunks)
    this.handed += size
    this.inFlight += size
    this.#keeper.handed(this, size)
    this.#stream.write(chunks, (error) => {
      this.inFlight -= size
      this.stalled = false
      this.#keeper.written(this)
      done(error)
      this.#keeper.proceed()
    })
  }

  /** As Node does with what it had taken: nobody is left waiting for a stream that is gone. */
  close(): void {
    const { waiting } = this
    this.waiting = undefined
    this.#keeper.closed(this)
    waiting?.done()
  }
}
