import { performance } from 'node:perf_hooks'
import type { Gate } from './gate.js'
import { compare, shares } from './order.js'

/** How long it keeps others waiting at most, in ms: what reading a dozen files takes on a busy machine. */
const AWAITED = 20
/** For how long no more goes ahead of it than the link takes away, in ms: what a slow disk takes. */
const EXPECTED = 100

/**
 * What has just been asked for, and has not begun: sources that read files are ready in any order,
 * so what goes first is waited for a little: a round trip at most, since to one who is near, what is
 * sent meanwhile delays it by less than the wait would.
 */
export class Asked {
  /** When each was asked for, by `performance.now()`, in the order of asking. */
  readonly #gates = new Map<Gate, number>()
  /** When something was asked for last, ... */
  #last = -Infinity
  /** ... how urgent the first of those was that were asked for with it, ... */
  #urgency = 0
  /** ... and whether others are not. */
  #uneven = false

  /** Whether some were asked for more urgently than others: what those are sent may delay these. */
  get uneven(): boolean {
    return this.#uneven && this.#gates.size > 0
  }

  add(gate: Gate): void {
    const now = performance.now()
    this.#expire(now)
    if (now - this.#last > EXPECTED) {
      this.#urgency = gate.urgency
      this.#uneven = false
    }
    this.#last = now
    this.#uneven ||= gate.urgency !== this.#urgency
    // Asked for twice, it is the last.
    this.#gates.delete(gate)
    this.#gates.set(gate, now)
  }

  /** It has begun, or never will. */
  delete(gate: Gate): void {
    if (this.#gates.size > 0) this.#gates.delete(gate)
  }

  /** Whether one of them keeps `gate` waiting. */
  hold(gate: Gate, now: number, roundTrip: number): boolean {
    const since = now - Math.min(AWAITED, roundTrip)
    if (this.#last < since) return false
    for (const [asked, at] of this.#gates) if (at >= since && goesAhead(asked, gate)) return true
    return false
  }

  /** Whether one of them is more urgent than `gate`, and not to be delayed by it. */
  ahead({ urgency }: Gate): boolean {
    if (!this.uneven) return false
    this.#expire(performance.now())
    for (const asked of this.#gates.keys()) if (!asked.page && asked.urgency < urgency) return true
    return false
  }

  /** What was asked for so long before `now` is not expected any more. */
  #expire(now: number): void {
    for (const [gate, at] of this.#gates) {
      if (at >= now - EXPECTED) return
      this.#gates.delete(gate)
    }
  }
}

function goesAhead(asked: Gate, gate: Gate): boolean {
  return !asked.page && !shares(asked, gate) && compare(asked, gate) < 0
}
