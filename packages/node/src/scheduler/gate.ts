import type {
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2'
// The global of that name is a getter, which V8 asks each time.
import { performance } from 'node:perf_hooks'
import { type Chunk, Chunks, type Done, sizeOf } from './chunks.js'
import { LonePage } from './alone.js'
import type { Keeper } from './keeper.js'
import { PIECE } from './live.js'
import { isPageResponse, type Priority, responsePriority } from './priority.js'
import type { Train } from './train.js'
import {
  awaitsTrailers,
  closeAfterTrailers,
  type Methods,
  respond,
  wrap,
  write,
  type Wrapping,
  wrappingOf,
} from './wrap.js'

/** Responses whose headers have been handed to HTTP/2. */
let heads = 0

/** How far a response is. */
export interface Progress {
  /** Bytes of its body that have been handed to HTTP/2, ... */
  readonly handed: number
  /** ... and those of them that are with the socket; of a page that was alone, what it wrote since. */
  readonly sent: number
}

/**
 * Stands between an `Http2Stream` and what writes to it. While bytes wait, `Writable` keeps the
 * backpressure to their source.
 */
export class Gate implements Wrapping, Progress {
  readonly stream: ServerHttp2Stream
  /** Its turn among equals: the smaller comes first. */
  turn: number
  /** Bytes that it has had of it, where it shares; 0: it is another's. */
  taken = 0
  page = false
  urgency = 3
  incremental = false
  /** The urgency by which HTTP/2 itself orders it; undefined: it shares. */
  wire: number | undefined = 3
  /** HTTP/2 orders it by that as the client wants it: it shares with none, and nobody has said otherwise. */
  told = false
  /** When its headers were handed to HTTP/2: after those with a smaller one. */
  head = 0
  /** Bytes handed to HTTP/2 so far, ... */
  handed = 0
  /** ... and those of them that are with the socket. What a reset catches on its way is not. */
  sent = 0
  /** `performance.now()` when bytes last were let go, and when they were last with the socket. */
  lastHanded = 0
  lastWritten = 0
  /** Bytes that it has handed to HTTP/2 while something was at stake, and that are not with the socket. */
  counted = 0
  /** Its bytes do not go although the socket takes others: it holds up nobody. */
  stalled = false
  /** What it is sent with. */
  train: Train | undefined
  /** Bytes of it that have gone past all others, while it is not over. */
  passed = 0
  waiting: Chunks | undefined
  /** `performance.now()` when it began to wait. */
  since = 0
  /** `node:http2`'s compatibility API writes it, which waits for trailers whether there are any or not. */
  compatible = false
  /** The stream's own. */
  readonly methods: Methods
  readonly #keeper: Keeper
  #requested: Priority | undefined
  #settled = false
  #cuttable = false
  #length = Infinity
  #inFlight = 0
  #writing = false
  #final: Done | undefined
  #finished: Done | undefined

  constructor(stream: ServerHttp2Stream, keeper: Keeper, turn: number) {
    const before = wrappingOf(stream)
    this.stream = stream
    this.turn = turn
    this.#keeper = keeper
    this.methods = wrap(stream, this)
    if (before instanceof LonePage) this.#takeOver(before)
  }

  /** From a page that is no longer alone. */
  #takeOver({ compatible, handed, trailers }: LonePage): void {
    this.page = true
    this.compatible = compatible
    this.handed = handed
    this.#cuttable = trailers
  }

  /** The gate that `stream` was given, if any. */
  static of(stream: ServerHttp2Stream): Gate | undefined {
    const wrapping = wrappingOf(stream)
    return wrapping instanceof Gate ? wrapping : undefined
  }

  /** Bytes that are not with the socket yet; until what it writes is looked at, those from before. */
  get inFlight(): number {
    return this.#settled ? this.#inFlight : this.stream.writableLength
  }

  /** Whether its body has begun. */
  get begun(): boolean {
    return this.handed > 0
  }

  /** Whether all its bytes by its content-length have been handed to HTTP/2, which ends it with them. */
  get handedWhole(): boolean {
    return this.handed >= this.#length && !this.#cuttable
  }

  /** Whether it has sent all its bytes by its content-length, and its end goes with them. */
  get complete(): boolean {
    return this.handed >= this.#length && !this.ending
  }

  /** Whether its source waits, and what more it writes can be sent piece by piece, or all at once. */
  get mayReadAhead(): boolean {
    const { waiting } = this
    if (waiting === undefined || waiting.reported || waiting.size >= PIECE) return false
    // There is nothing more to read, and its end is asked for where it matters.
    if (this.handed + waiting.size >= this.#length) return false
    return this.#cuttable || this.#length <= PIECE
  }

  /**
   * Whether what waits is a part of what can only be sent all at once, and its source writes on: any
   * stream that does not wait for trailers is ended by Node with the write in whose turn `end()` is
   * called, whatever still waits here, so a part of it goes in a turn in which its source can't end it.
   */
  get partial(): boolean {
    const { waiting } = this
    if (waiting === undefined || !waiting.reported || this.#cuttable || this.ended) return false
    return this.handed + waiting.size < this.#length
  }

  /** Whether its END_STREAM is still to follow its bytes, in a frame of its own. */
  get ending(): boolean {
    return this.#cuttable && this.ended
  }

  /** Whether nothing is left of it but that frame. */
  get atEnd(): boolean {
    return this.ending && this.waiting === undefined && this.stream.writableLength <= this.#inFlight
  }

  /** Whether all of the response has been written to the stream. */
  get ended(): boolean {
    return this.stream.writableEnded
  }

  /** Its place in the order; what the response's headers say can change it, but a page stays one. */
  stand(requested: Priority | undefined, page: boolean): void {
    this.#requested = requested
    this.page = page
    if (requested !== undefined) this.#place(requested)
    if (this.#settled) this.#settle()
  }

  /** Hands on what waits: `limit` bytes at most, where it can be cut. */
  open(limit: number): void {
    const { waiting } = this
    if (waiting === undefined || this.stream.destroyed) return
    if (this.stream.aborted) return this.#drop(waiting)
    const before = waiting.size
    const piece = this.#cuttable ? waiting.take(limit) : waiting.all()
    if (waiting.size === 0) this.waiting = undefined
    this.#hand(piece, before - waiting.size, (error) => {
      if (error || waiting.size === 0) waiting.report(error)
    })
  }

  /** The stream was closed before its end, and never says of any more bytes that they are written. */
  #drop(waiting: Chunks): void {
    this.waiting = undefined
    waiting.report()
    this.#end()
  }

  /**
   * A body can be cut where Node waits for trailers; where there are none it then ends with an empty
   * frame. A request whose body nobody reads is closed by Node only without that.
   */
  respond(headers?: OutgoingHttpHeaders, options?: ServerStreamResponseOptions): void {
    const { stream, methods } = this
    // Which throws: what it has been answered with holds.
    if (stream.headersSent) return methods.respond.call(stream, headers, options)
    const asked = awaitsTrailers({ headers, options }, this.compatible)
    this.head = ++heads
    this.#note(headers)
    const add = !asked && options?.endStream !== true && this.#worthCutting()
    this.#cuttable = asked || add
    if (add) closeAfterTrailers(stream)
    respond(this, { headers, options }, this.#cuttable)
  }

  /** A page is never held, and its end is not to wait for what comes after it in a segment. */
  #worthCutting(): boolean {
    if (this.page || this.#length <= this.#keeper.uncut()) return false
    return Number(this.stream.id) % 2 === 0 || this.stream.endAfterHeaders
  }

  #note(headers: OutgoingHttpHeaders = {}): void {
    this.#length = lengthOf(headers)
    if ('priority' in headers) this.told = false
  }

  #place({ urgency, incremental }: Priority): void {
    this.urgency = urgency
    this.incremental = incremental
  }

  #settle(): void {
    this.#settled = true
    const { sentHeaders } = this.stream
    if (sentHeaders === undefined) return
    if (this.#length === Infinity) this.#length = lengthOf(sentHeaders)
    if (this.page && !isPageResponse(sentHeaders)) this.#standDown()
    this.#place(responsePriority(sentHeaders, this.#requested))
  }

  /** It was navigated to, but it is a download, a film or a picture: nothing waits for it. */
  #standDown(): void {
    this.page = false
    this.#requested = undefined
    this.#keeper.noPage(this)
  }

  /** What the stream is told to write. */
  accept(chunks: Chunk[], done: Done): void {
    // As Node does itself: by the time that what waits is handed on, it can be too late.
    if (this.head === 0 && !this.stream.headersSent) this.stream.respond()
    const size = sizeOf(chunks)
    if (size === 0 || this.stream.aborted) return done()
    if (this.#passes(size)) return this.#pass(chunks, size, done)
    if (!this.#settled) this.#settle()
    if (this.waiting !== undefined) this.#grow(this.waiting, chunks, done)
    else if (!this.#writing && this.#keeper.admits(this, size)) this.#hand(chunks, size, done)
    else this.#wait(new Chunks(chunks, done))
  }

  /** Whether `size` bytes are all that there is, and nobody needs to look after them. */
  #passes(size: number): boolean {
    if (!this.told || size < this.#length || this.handed > 0) return false
    return !this.#cuttable && this.#keeper.passes(this, size)
  }

  #pass(chunks: Chunk[], size: number, done: Done): void {
    this.handed += size
    write(this, chunks, done)
  }

  #wait(waiting: Chunks): void {
    this.waiting = waiting
    this.#sayIfWhole(waiting)
    this.#queue()
  }

  /** Newer versions of Node keep track of one write of a stream: the next waits until that is over. */
  #queue(): void {
    if (this.#writing || this.waiting === undefined) return
    this.since = performance.now()
    this.#keeper.waits(this)
  }

  #grow(waiting: Chunks, chunks: Chunk[], done: Done): void {
    waiting.add(chunks, done)
    this.#sayIfWhole(waiting)
    this.#keeper.grew(this)
  }

  /** Of a body that is all there, its source only has to say so: then END_STREAM goes with it. */
  #sayIfWhole(waiting: Chunks): void {
    if (this.#isWhole(this.handed + waiting.size)) waiting.report()
  }

  /** Having the source say its end early delays what it has written: not for a client that is near. */
  #isWhole(size: number): boolean {
    return size >= this.#length && this.#keeper.far()
  }

  /** All has been written, though it may not have been handed on. */
  final(done: Done): void {
    this.#final = done
    this.#end()
  }

  /** Ends the stream with what it is sending, and says so when that is with the socket. */
  #end(): void {
    const done = this.#final
    if (done === undefined || this.waiting !== undefined) return
    this.#final = undefined
    const { _final } = this.methods
    if (this.#inFlight === 0) return _final.call(this.stream, done)
    _final.call(this.stream, (error) => {
      if (this.#inFlight === 0) done(error)
      else this.#finished = () => done(error)
    })
  }

  #hand(chunks: Chunk[], size: number, done: Done): void {
    this.#writing = true
    this.handed += size
    this.#inFlight += size
    this.#keeper.handed(this, size)
    const whole = this.#isWhole(this.handed)
    write(this, chunks, (error) => {
      this.#writing = false
      this.#inFlight -= size
      // Some versions of Node report what a reset has caught as written.
      if (!error && !this.stream.rstCode) this.sent += size
      this.#keeper.written(this, size)
      this.stalled = false
      if (!whole) done(error)
      // Its source may just have written more.
      if (this.#inFlight === 0) this.#finished?.()
      this.#queue()
      this.#keeper.proceed()
    })
    if (whole) done()
    this.#end()
  }

  /** As Node does with what it had taken: nobody is left waiting for a stream that is gone. */
  destroy(error: Error | null, done: Done): void {
    const { waiting } = this
    this.waiting = undefined
    if (waiting !== undefined) process.nextTick(() => waiting.report())
    this.#keeper.gone(this)
    this.methods._destroy.call(this.stream, error, done)
  }
}

/** Bytes of a body by its headers; Infinity: they do not say. */
function lengthOf(headers: OutgoingHttpHeaders | undefined): number {
  return Number(headers?.['content-length'] ?? Infinity)
}
