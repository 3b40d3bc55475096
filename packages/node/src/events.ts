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

/** What became of one push: first `promised`, then one of the others. */
export interface PushEvent {
  readonly type: 'push'
  readonly path: string
  readonly asset: Asset
  /**
   * - promised: its PUSH_PROMISE has been sent.
   * - delivered: all of it was sent.
   * - cancelled, refused: the client reset it, with REFUSED_STREAM or another code.
   * - abandoned: it ended otherwise. The answer was no page, the asset could not be had, the client
   *   asked for it itself before it was sent, read none of it for half a minute, or is gone.
   */
  readonly outcome: 'promised' | 'delivered' | 'cancelled' | 'refused' | 'abandoned'
  /**
   * Body bytes that went to the socket. A piece (64 KiB at most) that was on its way when the push was
   * reset does not count; with `schedule: false` the body is one piece.
   */
  readonly bytes: number
  /** Milliseconds since the promise. */
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

/** A listener that throws, or rejects, must not reach the response: its error becomes a process warning. */
export function createEmitter(...listeners: readonly (Emit | undefined)[]): Emit {
  return (event) => {
    for (const listener of listeners) {
      try {
        const heard: unknown = listener?.(event)
        if (heard instanceof Promise) heard.catch(warn)
      } catch (error) {
        warn(error)
      }
    }
    diagnostics.publish(event)
  }
}

function warn(error: unknown): void {
  process.emitWarning(`A pushplan listener threw: ${String(error)}`, 'PushplanWarning')
}
