import type { Http2Session, ServerHttp2Stream } from 'node:http2'
import { setImmediate } from 'node:timers/promises'
import type { Asset, PushBudget } from '@pushplan/core'
import { supplyOf } from '../answer.js'
import type { PushEvent } from '../events.js'
import type { Site } from '../site.js'
import type { Asker } from '../source.js'
import { countReset, forgetPush, noteEnd, notePromise } from './memory.js'
import { Push } from './push.js'

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
  readonly #session: Http2Session
  readonly #context: PushContext
  readonly #open = new Set<Push>()
  /** Answers are asked for one at a time, and not in the turn that the page's own handler has. */
  #turn: Promise<unknown> | undefined

  constructor(page: ServerHttp2Stream, session: Http2Session, context: PushContext) {
    this.#page = page
    this.#session = session
    this.#context = context
  }

  /** Promises `assets` now; `failed` is told of what can't be. Where that is known at once, no more is tried. */
  push(assets: readonly Asset[], failed: (error: unknown) => void): void {
    for (const asset of assets) {
      const push = new Push(asset, this.#context.asker)
      try {
        push.promise(this.#page, (error) => {
          if (error === null) return this.#keep(push)
          this.#end(push)
          this.promised.delete(asset)
          forgetPush(this.#session, push)
          failed(error)
        })
      } catch (error) {
        return failed(error)
      }
      this.promised.add(asset)
      this.#open.add(push)
      notePromise(this.#session, push)
    }
  }

  /** What its promises leave of the page's budget. */
  left(budget: PushBudget): PushBudget {
    const { site, asker } = this.#context
    if (this.promised.size === 0) return budget
    let { maxBytes } = budget
    for (const asset of this.promised) {
      const supply = site.source.supply(asset, asker)
      if (supply.state === 'ready') maxBytes -= supply.bytes
    }
    return { ...budget, maxBytes, maxAssets: budget.maxAssets - this.promised.size }
  }

  /** What is not sent yet is not sent: the answer is no page, or its client is gone. */
  cancel(): void {
    for (const push of this.#open) push.abandon()
  }

  #keep(push: Push): void {
    this.#emit(push, 'promised')
    push.ended(() => this.#settled(push))
    this.#turn = (this.#turn ?? setImmediate())
      .then(() => this.#answer(push))
      .catch(() => push.abandon())
  }

  async #answer(push: Push): Promise<void> {
    if (!push.open) return
    const { site, asker } = this.#context
    const answer = await site.source.answer(push.asset, asker)
    // What was known may be of another moment or another client: only this answer tells.
    if (supplyOf(answer).state !== 'ready') return push.abandon()
    if (push.open) push.keep(answer)
  }

  #end(push: Push): void {
    this.#open.delete(push)
    noteEnd(this.#session, push)
  }

  #settled(push: Push): void {
    this.#end(push)
    const outcome = push.outcome()
    // Refused or cancelled, the client has it or does not want it; abandoned, it never came.
    if (outcome === 'abandoned' && !push.superfluous) forgetPush(this.#session, push)
    if (outcome === 'cancelled' || outcome === 'refused') countReset(this.#session)
    this.#context.site.breaker.record(push.asset, outcome)
    this.#emit(push, outcome)
  }

  #emit(push: Push, outcome: PushEvent['outcome']): void {
    const { site, path } = this.#context
    const [bytes, ms] = outcome === 'promised' ? [0, 0] : [push.sent, push.age]
    site.emit({ type: 'push', path, asset: push.asset, outcome, bytes, ms })
  }
}
