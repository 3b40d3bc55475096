import type { Gate } from './gate.js'
import { holds, LULL, shares } from './order.js'
import { keepsOrder } from './wire-order.js'

/** What HTTP/2 sends at a time of one stream, before it turns to the next (RFC 9113 §4.2). */
export const FRAME = 16_384
/** Handed to HTTP/2 at a time: what a more urgent response may have to wait for. */
export const PIECE = 65_536
/** The same, of what the socket may still take at once, ... */
const BATCH = 4 * PIECE
/** ... as long as that has not been handed on for longer, in ms. */
const AT_ONCE = 2

/** The gates whose response has begun and is not over. */
export class Live {
  readonly #gates = new Set<Gate>()

  add(gate: Gate): void {
    this.#gates.add(gate)
  }

  delete(gate: Gate): void {
    this.#gates.delete(gate)
  }

  /**
   * Whether they keep `size` bytes of `gate` waiting. Small ones go together: HTTP/2 sends what fits
   * one frame in the order it is handed over.
   */
  hold(gate: Gate, size: number, now: number): boolean {
    let ahead = 0
    let limit = Infinity
    for (const live of this.#gates) {
      if (!holds(live, gate, now)) continue
      const sharing = shares(live, gate)
      const kept = sharing || keepsOrder(live, gate)
      const more = !sharing && !live.complete && (!live.ended || live.ending)
      if (live.page || (live.inFlight > FRAME && (more || !kept))) return true
      ahead += more ? live.handed : live.inFlight
      limit = Math.min(
        limit,
        more ? FRAME : kept && now - live.lastHanded <= AT_ONCE ? BATCH : PIECE,
      )
    }
    return ahead + size > limit
  }

  /**
   * What was handed on well before `asked` and is still not with the socket waits for its own
   * flow-control window, or to be let in by the client.
   */
  stall(asked: number): void {
    for (const live of this.#gates) {
      if (live.inFlight > 0 && live.lastHanded < asked - LULL) live.stalled = true
    }
  }
}
