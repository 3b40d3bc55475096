import type { Gate } from './gate.js'

/** What a response that has begun may take to produce its next bytes before others use the link, in ms. */
export const LULL = 5

/** Before zero: `a` goes first. The page, then by urgency, then who has begun, then in turn. */
export function compare(a: Gate, b: Gate): number {
  if (a.page !== b.page) return a.page ? -1 : 1
  if (a.urgency !== b.urgency) return a.urgency - b.urgency
  if (a.incremental !== b.incremental) return a.incremental ? 1 : -1
  if (!a.incremental && a.begun !== b.begun) return a.begun ? -1 : 1
  return a.turn - b.turn
}

/** Whether `live`, a response that has begun and is not over, keeps `gate` waiting. */
export function holds(live: Gate, gate: Gate, now: number): boolean {
  if (live === gate || live.stalled) return false
  if (shares(live, gate)) return live.inFlight > 0
  if (compare(live, gate) > 0) return false
  if (live.inFlight > 0) return true
  // A page that streams yields in its pauses; of anything else the next bytes are awaited a little,
  // and of what has ended the frame that says so.
  if (live.page ? !live.ended : live.complete) return false
  return now - live.lastWritten <= LULL
}

/** Incremental ones of equal urgency take turns, piece by piece (RFC 9218 §10). */
export function shares(a: Gate, b: Gate): boolean {
  return a.incremental && b.incremental && a.urgency === b.urgency && a.page === b.page
}

/**
 * Whether HTTP/2, where it sends by urgency, sends what it has been handed of `first` before what it
 * is handed of `second`, so that both can go in one write to the socket: streams that do not share,
 * and are as urgent by the client's word. They go in the order they were opened, which is as good an
 * order for two that are as urgent.
 */
export function keepsOrder(first: Gate, second: Gate): boolean {
  if (first.incremental || second.incremental) return false
  if (first.wire === undefined || first.wire !== second.wire) return false
  return first.turn < second.turn || first.urgency === second.urgency
}
