import type { Asset } from '@pushplan/core'
import { LRUCache } from 'lru-cache'
import type { PushEvent } from '../events.js'

/** Pushes of an asset before its resets are looked at. */
const ENOUGH = 20
/** Share of them that clients may reset. */
const TOLERATED = 0.5
/** Milliseconds after which an asset is tried again. */
const RETRY_AFTER = 10 * 60_000
const KNOWN_ASSETS = 10_000

interface Count {
  pushes: number
  resets: number
}

/**
 * Assets that clients keep resetting are no longer pushed: most of them have it already. A session
 * counts once for an asset, since that is how often it is pushed there; what a client did not decide
 * does not count.
 */
export class PushBreaker {
  /** Each from its first push. */
  readonly #counts = new LRUCache<string, Count>({ max: KNOWN_ASSETS, ttl: RETRY_AFTER })
  readonly #open = new LRUCache<string, true>({ max: KNOWN_ASSETS, ttl: RETRY_AFTER })

  record(asset: Asset, outcome: PushEvent['outcome']): void {
    if (outcome === 'promised' || outcome === 'abandoned') return
    const count = this.#counts.get(asset.url) ?? { pushes: 0, resets: 0 }
    count.pushes += 1
    if (outcome !== 'delivered') count.resets += 1
    if (count.pushes === 1) this.#counts.set(asset.url, count)
    if (count.pushes < ENOUGH) return
    // Resets come sooner than deliveries end.
    if (count.resets > count.pushes * TOLERATED) this.#open.set(asset.url, true)
    else this.#open.delete(asset.url)
  }

  isOpen({ url }: Asset): boolean {
    return this.#open.has(url)
  }
}
