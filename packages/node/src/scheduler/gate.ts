import type { ServerHttp2Stream } from 'node:http2'
import { type Chunk, Chunks, type Done } from './chunks.js'
import { type Priority, responsePriority } from './priority.js'

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
}

/** What a response is, as far as it is known before its headers. */
export interface Standing {
  readonly priority: Priority | undefined
  readonly page: boolean
}

/** Bodies up to this size are not worth the empty frame that cutting them costs. */
const UNCUT = 16_384

/**
 * Stands between an `Http2Stream` and what writes to it: wraps the documented `_write` and `_writev`
 * of this one stream. While bytes wait, `Writable` keeps the backpressure to their source.
 */
export class Gate {
  readonly stream: ServerHttp2Stream
  /** Its turn among equals: the smaller comes first. */
  turn: number
  page = false
  urgency = 3
  incremental = false
  /** Bytes handed to HTTP/2 that are not with the socket yet. */
  inFlight = 0
  /** `performance.now()` when its last bytes were with the socket; 0 before the first. */
  lastWritten = 0
  /** Its bytes do not go although the socket takes others: it holds up nobody. */
  stalled = false
  waiting: Chunks | undefined
  /** `performance.now()` when it began to wait. */
  since = 0
  readonly #keeper: Keeper
  readonly #write: ServerHttp2Stream['_write']
  readonly #writev: NonNullable<ServerHttp2Stream['_writev']> | undefined
  #standing: Standing
  #started = false
  #cuttable = false

  constructor(stream: ServerHttp2Stream, keeper: Keeper, turn: number) {
    this.stream = stream
    this.turn = turn
    this.#keeper = keeper
    this.#standing = { priority: undefined, page: false }
    this.#write = stream._write
    this.#writev = stream._writev
    stream._write = (chunk: Chunk['chunk'], encoding, done) => this.#one({ chunk, encoding }, done)
    stream._writev = (chunks, done) => this.#accept(chunks as Chunk[], done)
    stream.on('close', () => keeper.closed(this))
    this.#wrapRespond(stream)
  }

  /** Its place in the order. What the response says once it starts can change it, but a page stays one. */
  stand(standing: Standing): void {
    this.#standing = standing
    this.#place(standing.priority ?? responsePriority({}, undefined))
    this.#started = false
  }

  /** Whether all of the response has been written to the stream. */
  get ended(): boolean {
    return this.stream.writableEnded
  }

  /**
   * Hands on what waits, `limit` bytes at most. Only a stream that waits for trailers can be cut:
   * any other one is ended by Node with the write during which `end()` had been called.
   */
  open(limit: number): void {
    const { waiting } = this
    if (waiting === undefined) return
    const piece = this.#cuttable ? waiting.take(limit) : waiting.all()
    if (waiting.size === 0) this.waiting = undefined
    this.#hand(piece, (error) => {
      if (error || waiting.size === 0) waiting.done(error)
      else this.#keeper.waits(this)
    })
  }

  #wrapRespond(stream: ServerHttp2Stream): void {
    const { respond } = stream
    // A request whose body nobody reads is closed by Node only where there are no trailers.
    const pushed = Number(stream.id) % 2 === 0
    const cuttable = pushed || stream.endAfterHeaders
    stream.respond = (headers, options) => {
      const small = Number(headers?.['content-length'] ?? Infinity) <= UNCUT
      const waitForTrailers = options?.waitForTrailers === true
      this.#cuttable = waitForTrailers || (cuttable && !small && options?.endStream !== true)
      const cut = this.#cuttable && !waitForTrailers
      respond.call(stream, headers, cut ? { ...options, waitForTrailers: true } : options)
    }
  }

  #place({ urgency, incremental }: Priority): void {
    this.page = this.#standing.page
    this.urgency = urgency
    this.incremental = incremental
  }

  #start(): void {
    this.#started = true
    const { sentHeaders } = this.stream
    if (sentHeaders !== undefined) this.#place(responsePriority(sentHeaders, this.#standing.priority))
  }

  #one(chunk: Chunk, done: Done): void {
    this.#accept([chunk], done)
  }

  #accept(chunks: Chunk[], done: Done): void {
    if (!this.#started) this.#start()
    this.stalled = false
    const waiting = new Chunks(chunks, done)
    if (this.#keeper.admits(this, waiting.size)) return this.#hand(chunks, done)
    this.waiting = waiting
    this.since = performance.now()
    this.#keeper.waits(this)
  }

  #hand(chunks: Chunk[], done: Done): void {
    const [first] = chunks
    const size = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0)
    this.inFlight += size
    this.#keeper.handed(this, size)
    const written: Done = (error) => {
      this.inFlight -= size
      this.stalled = false
      this.lastWritten = performance.now()
      this.#keeper.written(this)
      done(error)
      this.#keeper.proceed()
    }
    if (chunks.length === 1 && first !== undefined) {
      this.#write.call(this.stream, first.chunk, first.encoding as BufferEncoding, written)
    } else this.#writev?.call(this.stream, chunks as Parameters<NonNullable<typeof this.stream._writev>>[0], written)
  }
}
