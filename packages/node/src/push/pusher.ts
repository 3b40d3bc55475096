import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import { setImmediate } from 'node:timers/promises'
import type { Asset } from '@pushplan/core'
import { supplyOf } from '../answer.js'
import type { PushEvent } from '../events.js'
import { SessionScheduler } from '../scheduler/index.js'
import type { Site } from '../site.js'
import type { Asker } from '../source.js'
import { countReset, forgetPush, rememberPush } from './memory.js'
import { cancel, promise, type Promised } from './promise.js'
import { urgencyOf } from './urgency.js'

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** Milliseconds without a byte after which a push is given up: a client that never reads must not keep a session open. */
const STALLED = 30_000

export interface PushContext {
  readonly site: Pick<Site, 'source' | 'breaker' | 'emit'>
  readonly path: string
  readonly asker: Asker
}

/** The pushes of one page: promises them at once, and keeps the promises in plan order. */
export class Pusher {
  /** What the client has been promised. */
  readonly promised = new Set<Asset>()
  readonly #page: ServerHttp2Stream
  readonly #session: Http2Session | undefined
  readonly #context: PushContext
  readonly #open = new Set<ServerHttp2Stream>()
  readonly #abandoned = new WeakSet<ServerHttp2Stream>()
  /** Answers are asked for one at a time, and not in the turn that the page's own handler has. */
  #turn: Promise<unknown> = setImmediate()
  #cancelled = false

  constructor(page: ServerHttp2Stream, context: PushContext) {
    this.#page = page
    this.#session = page.session
    this.#context = context
  }

  /** Promises `assets` now; the first that can't be promised ends it, its error handed to `failed`. */
  push(assets: readonly Asset[], failed: (error: unknown) => void): void {
    const session = this.#session
    if (session === undefined) return
    for (const asset of assets) {
      try {
        promise(this.#page, { asset, asker: this.#context.asker }, (promised) =>
          this.#keep(promised),
        )
      } catch (error) {
        return failed(error)
      }
      this.promised.add(asset)
      rememberPush(session, asset)
    }
  }

  /** What is not sent yet is not sent: the answer is no page, or its client is gone. */
  cancel(): void {
    this.#cancelled = true
    for (const stream of this.#open) this.#abandon(stream)
  }

  #keep(promised: Promised): void {
    const { asset, stream } = promised
    const sent = { bytes: 0 }
    this.#open.add(stream)
    stream.once('close', () => this.#settled(promised, sent.bytes))
    stream.setTimeout(STALLED, () => this.#abandon(stream))
    if (this.#cancelled) return this.#abandon(stream)
    SessionScheduler.find(stream)?.adopt(stream, { urgency: urgencyOf(asset) })
    this.#turn = this.#turn
      .then(() => this.#answer(promised, sent))
      .catch(() => this.#abandon(stream))
  }

  async #answer({ asset, stream }: Promised, sent: { bytes: number }): Promise<void> {
    if (stream.closed) return
    const { site, asker } = this.#context
    const answer = await site.source.answer(asset, asker)
    // What was known may be of another moment or another client: only this answer tells.
    if (supplyOf(answer).state !== 'ready') return this.#abandon(stream)
    const { status, headers, body } = answer
    stream.respond({ ':status': status, ...headers })
    stream.end(body, () => (sent.bytes = body.length))
  }

  #abandon(stream: ServerHttp2Stream): void {
    if (!stream.closed) this.#abandoned.add(stream)
    cancel(stream)
  }

  #settled({ asset, stream, since }: Promised, bytes: number): void {
    this.#open.delete(stream)
    const outcome = this.#outcomeOf(stream)
    const { site, path } = this.#context
    site.breaker.record(asset, outcome)
    if (this.#session) remember(this.#session, asset, outcome)
    const ms = performance.now() - since
    site.emit({ type: 'push', path, asset, outcome, bytes, ms })
  }

  #outcomeOf(stream: ServerHttp2Stream): PushEvent['outcome'] {
    if (this.#abandoned.has(stream)) return 'abandoned'
    if (stream.rstCode === NGHTTP2_NO_ERROR)
      return stream.writableFinished ? 'delivered' : 'abandoned'
    return stream.rstCode === NGHTTP2_REFUSED_STREAM ? 'refused' : 'cancelled'
  }
}

/** Refused or cancelled, the client has it or does not want it; abandoned, it never came. */
function remember(session: Http2Session, asset: Asset, outcome: PushEvent['outcome']): void {
  if (outcome === 'abandoned') forgetPush(session, asset)
  else if (outcome !== 'delivered') countReset(session)
}
