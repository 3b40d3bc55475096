import type {
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2'
import { performance } from 'node:perf_hooks'
import { type Chunk, type Done, sizeOf } from './chunks.js'
import { type Methods, needsNoTrailers, wrap, write, type Wrapping, wrappingOf } from './wrap.js'

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
    const { respond } = this.methods
    const asked = options?.waitForTrailers === true
    const trailers = asked && !(this.compatible && needsNoTrailers(headers))
    if (trailers === asked) respond.call(this.stream, headers, options)
    else respond.call(this.stream, headers, { ...options, waitForTrailers: false })
    this.trailers = trailers
  }

  accept(chunks: Chunk[], done: Done): void {
    const size = sizeOf(chunks)
    if (size === 0) return done()
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

  /** Asked for twice, the last counts. */
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

  has(stream: ServerHttp2Stream): boolean {
    return this.#all.length > 0 && wrappingOf(stream) instanceof LonePage
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
