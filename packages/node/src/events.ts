import { channel } from 'node:diagnostics_channel'
import type { Asset, Reason, Tier, Visit } from '@pushplan/core'

/** What one page request was given. Emitted when its response headers are written. */
export interface DeliveryEvent {
  readonly type: 'delivery'
  readonly path: string
  /** Absent: the path belongs to no entry. */
  readonly entry: string | undefined
  readonly visit: Visit
  readonly status: number
  /** What was promised, sent in the 103, and written to `Link`. */
  readonly push: readonly Asset[]
  readonly earlyHints: readonly Asset[]
  readonly link: readonly Asset[]
  readonly reasons: readonly Reason[]
}

/** How one push ended. */
export interface PushEvent {
  readonly type: 'push'
  readonly path: string
  readonly asset: Asset
  /**
   * delivered: all of it was sent. cancelled, refused: the client reset it (CANCEL, REFUSED_STREAM).
   * abandoned: the server did, since the answer was no page or the asset could not be had.
   */
  readonly outcome: 'delivered' | 'cancelled' | 'refused' | 'abandoned'
  /** Body bytes that were sent; 0 where not all of them were. */
  readonly bytes: number
  /** Milliseconds from the promise to the end. */
  readonly ms: number
}

/** Something to mend: the message names it and the remedy. Pages are served all the same. */
export interface WarningEvent {
  readonly type: 'warning'
  readonly code: 'PUSHPLAN_ASSET_MISSING' | 'PUSHPLAN_ASSET_UNPUSHABLE' | 'PUSHPLAN_NO_ROUTES'
  readonly message: string
  readonly asset?: Asset
}

/** The manifest has changed, and plans are made from the new build from now on. */
export interface ReloadEvent {
  readonly type: 'reload'
  readonly manifest: string
  readonly entries: readonly string[]
}

/** A failure of pushplan's own that cost a hint or a push, and nothing else. */
export interface ErrorEvent {
  readonly type: 'error'
  readonly tier: Tier | 'plan'
  readonly error: unknown
}

export type PushplanEvent = DeliveryEvent | PushEvent | WarningEvent | ReloadEvent | ErrorEvent

export type Emit = (event: PushplanEvent) => void

/** Every event is published on the diagnostics channel `pushplan` too. */
const diagnostics = channel('pushplan')

/** A listener that throws must not reach the response: its error becomes a process warning. */
export function createEmitter(...listeners: readonly (Emit | undefined)[]): Emit {
  return (event) => {
    for (const listener of listeners) {
      try {
        listener?.(event)
      } catch (error) {
        process.emitWarning(`A pushplan listener threw: ${String(error)}`, 'PushplanWarning')
      }
    }
    diagnostics.publish(event)
  }
}
