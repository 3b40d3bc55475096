import type { Gate } from './gate.js'

/** From this nghttp2 1.x on HTTP/2 itself sends by RFC 9218: in Node 22.17, 24.2 and later ones. */
const BY_URGENCY = 65
const [, minor] = (process.versions['nghttp2'] ?? '').split('.')
const byUrgency = Number(minor) >= BY_URGENCY

/**
 * Whether HTTP/2 itself sends what it was handed of `first` before what it is handed of `second`, so
 * that both can go in one write to the socket: streams of the same urgency by the client's word, none
 * of them incremental, in the order they were opened. Older versions interleave all, frame by frame.
 */
export function keepsOrder(first: Gate, second: Gate): boolean {
  if (!byUrgency || first.wire === undefined || first.incremental || second.incremental)
    return false
  return first.wire === second.wire && first.turn < second.turn
}
