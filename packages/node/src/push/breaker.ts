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
  readonly #counts = new LRUCache<string, Count>({ max: KNOWN_ASSETS, ttl: RETRY_AFTER })

  record(asset: Asset, outcome: PushEvent['outcome']): void {
    if (outcome === 'promised' || outcome === 'abandoned') return
    const count = this.#counts.get(asset.url) ?? { pushes: 0, resets: 0 }
    count.pushes += 1
    if (outcome !== 'delivered') count.resets += 1
    // From the first push, and again from the last one before it opens.
    if (count.pushes === 1 || this.isOpen(asset)) this.#counts.set(asset.url, count)
  }

  isOpen({ url }: Asset): boolean {
    const count = this.#counts.get(url)
    return count !== undefined && count.pushes >= ENOUGH && count.resets > count.pushes * TOLERATED
  }
}
