import type {
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2'
import { performance } from 'node:perf_hooks'
import { type Chunk, type Done, sizeOf } from './chunks.js'
import {
  awaitsTrailers,
  type Methods,
  respond,
  wrap,
  write,
  type Wrapping,
  wrappingOf,
} from './wrap.js'

/**
 * A page that nothing else is asked for beside: nobody ever holds it, so what it writes goes straight
 * on. A class of its own, since all that a gate knows would cost more than the rest of what is done
 * for such a page.
 */
export class LonePage implements Wrapping {
  readonly stream: ServerHttp2Stream
  /** What it was asked for by. */
  path: string | undefined
  /** `performance.now()` when that was. */
  readonly since = performance.now()
  /** `node:http2`'s compatibility API writes it. */
  compatible = false
  readonly methods: Methods
  /** Bytes handed to HTTP/2 so far. */
  handed = 0
  /** Its END_STREAM follows its bytes in a frame of its own. */
  trailers = false
  /** Among those of its session. */
  place = 0
  readonly #all: Alone

  constructor(stream: ServerHttp2Stream, all: Alone) {
    this.stream = stream
    this.#all = all
    this.methods = wrap(stream, this)
  }

  respond(headers?: OutgoingHttpHeaders, options?: ServerStreamResponseOptions): void {
    const trailers = awaitsTrailers({ headers, options }, this.compatible)
    respond(this, { headers, options }, trailers)
    this.trailers = trailers
  }

  accept(chunks: Chunk[], done: Done): void {
    const size = sizeOf(chunks)
    if (size === 0) {
      // As Node does itself.
      if (!this.stream.headersSent) this.stream.respond()
      return done()
    }
    this.handed += size
    write(this, chunks, done)
  }

  final(done: Done): void {
    this.methods._final.call(this.stream, done)
  }

  destroy(error: Error | null, done: Done): void {
    this.#all.delete(this)
    this.methods._destroy.call(this.stream, error, done)
  }
}

/**
 * Those of a session, in any order. An array in which each knows its place: a map would take longer
 * than all else that is done for such a page.
 */
export class Alone {
  #all: LonePage[] = []

  get size(): number {
    return this.#all.length
  }

  /** Asked for twice, the last counts, but for the time. */
  add(stream: ServerHttp2Stream, path: string | undefined, compatible: boolean): void {
    const known = wrappingOf(stream)
    const page = known instanceof LonePage ? known : this.#make(stream)
    page.path = path
    page.compatible = compatible
  }

  #make(stream: ServerHttp2Stream): LonePage {
    const page = new LonePage(stream, this)
    page.place = this.#all.push(page) - 1
    return page
  }

  delete(page: LonePage): void {
    const last = this.#all.pop()
    if (last === undefined || last === page) return
    this.#all[page.place] = last
    last.place = page.place
  }

  /** None of them is alone any more. Returns who was. */
  clear(): readonly LonePage[] {
    const all = this.#all
    this.#all = []
    return all
  }
}
