import type { ServerHttp2Stream } from 'node:http2'
import type { Asset } from '@pushplan/core'
import type { Emit } from '../events.js'
import type { Asker, AssetSource } from '../source.js'
import { forgetPush, rememberPush } from './memory.js'
import { promise } from './promise.js'
import { type Outcome, PushQueue } from './queue.js'

export interface PushContext {
  readonly path: string
  readonly asker: Asker
  readonly source: AssetSource
  readonly emit: Emit
}

/** The pushes of one page: promises them, and has the queue keep the promises. */
export class Pusher {
  /** What the client has been promised. */
  readonly promised = new Set<Asset>()
  readonly #page: ServerHttp2Stream
  readonly #context: PushContext
  readonly #queue: PushQueue

  constructor(page: ServerHttp2Stream, context: PushContext) {
    this.#page = page
    this.#context = context
    this.#queue = new PushQueue(page, (outcome) => this.#settled(outcome))
  }

  /** Promises `assets` now; the first that can't be promised ends it, and is handed to `failed`. */
  push(assets: readonly Asset[], failed: (error: unknown) => void): void {
    const { session } = this.#page
    if (session === undefined) return
    for (const asset of assets) {
      this.promised.add(asset)
      rememberPush(session, asset)
      promise(this.#page, asset, this.#context.asker).then(
        (promised) =>
          this.#queue.add({
            ...promised,
            answer: () => this.#context.source.answer(asset, this.#context.asker),
          }),
        (error: unknown) => {
          this.promised.delete(asset)
          forgetPush(session, asset)
          failed(error)
        },
      )
    }
  }

  pageStarts(): void {
    this.#queue.pageStarts()
  }

  cancel(): void {
    this.#queue.cancel()
  }

  #settled({ promised, outcome, bytes }: Outcome): void {
    const { asset, stream, since } = promised
    // Refused or cancelled, the client has it or does not want it; abandoned, it never came.
    if (outcome === 'abandoned' && stream.session !== undefined) forgetPush(stream.session, asset)
    const ms = performance.now() - since
    this.#context.emit({ type: 'push', path: this.#context.path, asset, outcome, bytes, ms })
  }
}
