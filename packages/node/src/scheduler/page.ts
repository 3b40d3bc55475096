import type { ServerHttp2Stream } from 'node:http2'
import type { PageOutlook } from './pacer.js'
import { type RouteTimes, routeTimes } from './route-times.js'

/** A page that says nothing for that long is no longer waited for, in ms. */
const SILENT = 5000

/** How a page is asked for, and answered. */
export interface Asking {
  /** @default the request's `:path` */
  readonly path?: string | undefined
  /**
   * By `node:http2`'s compatibility API.
   * @default false
   */
  readonly compatible?: boolean
}

/** A page that is being made: what its handler has done, and what its route lets expect. */
export class Page implements PageOutlook {
  started = false
  readonly compatible: boolean
  readonly #stream: ServerHttp2Stream
  readonly #path: string
  readonly since = performance.now()
  #last = this.since
  #size = 0
  #times: RouteTimes | null | undefined

  constructor(stream: ServerHttp2Stream, { path = '', compatible = false }: Asking = {}) {
    this.#stream = stream
    this.#path = path
    this.compatible = compatible
  }

  get due(): number | undefined {
    const due = this.#expectation?.due
    return due === undefined ? undefined : this.since + due
  }

  get size(): number {
    return this.#size || (this.#expectation?.size ?? 0)
  }

  /** Whether it may still have something to say. */
  get expected(): boolean {
    if (this.#stream.writableEnded || this.#stream.destroyed) return false
    return performance.now() - this.#last < SILENT
  }

  wrote(size: number): void {
    this.#size = size
    this.#last = performance.now()
    if (this.started) return
    this.started = true
    routeTimes.learn(this.#route, { took: performance.now() - this.since, size })
  }

  /** Looked up when first asked for: most pages have nobody who waits for them. */
  get #expectation(): RouteTimes | undefined {
    if (this.#times === undefined) this.#times = routeTimes.expect(this.#route) ?? null
    return this.#times ?? undefined
  }

  /** The query does not count. */
  get #route(): string {
    const query = this.#path.indexOf('?')
    return query < 0 ? this.#path : this.#path.slice(0, query)
  }
}
