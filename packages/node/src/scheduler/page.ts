import type { ServerHttp2Stream } from 'node:http2'
import { performance } from 'node:perf_hooks'
import { LULL } from './order.js'
import type { Outlook } from './pacer.js'
import { type RouteTimes, routeTimes } from './route-times.js'

/** A page that says nothing for that long is no longer waited for, in ms. */
const SILENT = 5000

/** A page that is being made: what its handler has done, and what its route lets expect. */
export class Page implements Outlook {
  readonly since: number
  readonly #stream: ServerHttp2Stream
  readonly #path: string
  #last: number
  #size = 0
  /** Parts that it has written, with pauses between; undefined: nobody has counted the first ones. */
  #parts: number | undefined
  #times: RouteTimes | null | undefined

  /**
   * What it writes is seen from now on. `since`: `performance.now()` when it was asked for, if that
   * was before: it may have written already.
   */
  constructor(stream: ServerHttp2Stream, path = '', since?: number) {
    this.since = this.#last = since ?? performance.now()
    this.#stream = stream
    this.#path = path
    this.#parts = since !== undefined && stream.headersSent ? undefined : 0
  }

  get started(): boolean {
    return this.#parts !== 0
  }

  get due(): number | undefined {
    const due = this.#expectation?.due
    return due === undefined ? undefined : this.#last + due
  }

  get size(): number {
    return this.#expectation?.size ?? this.#size
  }

  /** Whether it may still have something to say. */
  get expected(): boolean {
    if (this.#stream.writableEnded || this.#stream.destroyed) return false
    return performance.now() - this.#last < SILENT
  }

  wrote(size: number): void {
    const now = performance.now()
    const took = now - this.#last
    this.#last = now
    this.#size = size
    if (this.#parts === undefined || (this.started && took <= LULL)) return
    routeTimes.learn(this.#route, this.#parts, { took, size })
    this.#parts += 1
    this.#times = undefined
  }

  /** What it wrote is with the socket: only from now on does it pause, and not its client. */
  written(): void {
    this.#last = performance.now()
  }

  /** Looked up when first asked for: most pages have nobody who waits for them. */
  get #expectation(): RouteTimes | undefined {
    if (this.#parts === undefined) return undefined
    if (this.#times === undefined) this.#times = routeTimes.expect(this.#route, this.#parts) ?? null
    return this.#times ?? undefined
  }

  /** The query does not count. */
  get #route(): string {
    const query = this.#path.indexOf('?')
    return query < 0 ? this.#path : this.#path.slice(0, query)
  }
}
