import type { Gate } from './gate.js'
import { compare, holds, LULL, shares } from './order.js'
import { byUrgency, follow, keepsOrder } from './wire-order.js'

/** What HTTP/2 sends at a time of one stream, before it turns to the next (RFC 9113 §4.2). */
export const FRAME = 16_384
/** Handed to HTTP/2 at a time: what a more urgent response may have to wait for. */
export const PIECE = 65_536
/** The same, of what HTTP/2 itself keeps in order: so much to begin with, ... */
const BATCH = 4 * PIECE
/** ... and up to this much while the socket takes it promptly. */
const LARGEST_BATCH = 16 * PIECE
/** Which is in less than that, in ms: longer than a turn of a busy event loop. */
const PROMPT = 20

/** The gates whose response has begun and is not over. */
export class Live {
  readonly #gates = new Set<Gate>()
  /** How much HTTP/2 is given at once. */
  #batch = BATCH

  add(gate: Gate): void {
    this.#gates.add(gate)
  }

  delete(gate: Gate): void {
    this.#gates.delete(gate)
  }

  /** Bytes of `gate` are with the socket. */
  written(gate: Gate, now: number): void {
    const prompt = now - gate.lastHanded <= PROMPT
    this.#batch = prompt ? Math.min(2 * this.#batch, LARGEST_BATCH) : PIECE
    if (gate.complete) this.#gates.delete(gate)
  }

  /**
   * Whether they keep `size` bytes of `gate` waiting. What fits one frame goes together, since HTTP/2
   * sends that in the order it is handed over, and so does what HTTP/2 itself keeps in order.
   */
  hold(gate: Gate, size: number, now: number): boolean {
    let bytes = size
    let limit = Infinity
    for (const live of this.#gates) {
      if (!holds(live, gate, now)) continue
      bytes += live.inFlight
      limit = Math.min(limit, this.#roomBeside(live, gate))
      if (bytes > limit) return true
    }
    return false
  }

  /** How much HTTP/2 may have at a time, so that no byte of `gate` overtakes what `live` has handed it. */
  #roomBeside(live: Gate, gate: Gate): number {
    if (live.page || hasMore(live, gate)) return 0
    if (shares(live, gate) || keepsOrder(live, gate)) return this.#batch
    return live.inFlight > FRAME || follows(live, gate) ? 0 : PIECE
  }

  /** Gives `gate` its place among what HTTP/2 still has of others, where it does not find that itself. */
  place(gate: Gate): void {
    if (byUrgency || gate.incremental) return
    let others = false
    let last: Gate | undefined
    for (const live of this.#gates) {
      if (live === gate || live.inFlight === 0) continue
      if (live.page || live.incremental) return
      others = true
      if (compare(live, gate) < 0 && (last === undefined || compare(last, live) < 0)) last = live
    }
    if (others) follow(last, gate)
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

/** Whether `gate` is to come after bytes of `live` that HTTP/2 has not been handed yet. */
function hasMore(live: Gate, gate: Gate): boolean {
  if (live.complete || shares(live, gate)) return false
  return !live.ended || live.ending
}

/** HTTP/2 takes in bytes once it has sent the headers before them: until then, those of others pass. */
function follows(live: Gate, gate: Gate): boolean {
  return live.sent === 0 && live.head > gate.head
}
