import type { ServerHttp2Stream } from 'node:http2'
import type { PageOutlook } from './pacer.js'
import { routeTimes } from './route-times.js'

/** A page that is being made: what its handler has done, and what its route lets expect. */
export class Page implements PageOutlook {
  started = false
  readonly due: number | undefined
  size: number
  readonly #stream: ServerHttp2Stream
  readonly #route: string
  readonly #since = performance.now()

  /** `route`: the path; its query does not count. */
  constructor(stream: ServerHttp2Stream, route: string) {
    this.#stream = stream
    this.#route = route.split('?', 1)[0] ?? route
    const times = routeTimes.expect(this.#route)
    this.due = times === undefined ? undefined : this.#since + times.due
    this.size = times?.size ?? 0
  }

  /** It has nothing more to say. */
  get ended(): boolean {
    return this.#stream.writableEnded || this.#stream.destroyed
  }

  wrote(size: number): void {
    this.size = size
    if (this.started) return
    this.started = true
    routeTimes.learn(this.#route, { took: performance.now() - this.#since, size })
  }
}
