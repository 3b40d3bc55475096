import type { Asset, Plan, Router, Settings } from '@pushplan/core'
import type { LRUCache } from 'lru-cache'
import type { Emit } from './events.js'
import type { PushBreaker } from './push/breaker.js'
import type { AssetSource } from './source.js'
import type { VisitCookie } from './visit.js'

/** What all requests of one registration share. */
export interface Site {
  readonly settings: Settings
  readonly entryOf: Router
  /** @throws PushplanError where there is no such entry. */
  readonly planOf: (entry: string) => Plan
  readonly modulesOf: (ids: Iterable<string>) => readonly Asset[]
  readonly source: AssetSource
  readonly breaker: PushBreaker
  /** Paths whose last answer was no page. */
  readonly notPages: LRUCache<string, true>
  readonly visitCookie: VisitCookie
  readonly emit: Emit
}
