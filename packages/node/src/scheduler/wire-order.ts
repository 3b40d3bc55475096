import type { Gate } from './gate.js'

/** From this nghttp2 1.x on HTTP/2 itself sends by RFC 9218: in Node 22.17, 24.2 and later ones. */
const BY_URGENCY = 65
const [, minor] = (process.versions['nghttp2'] ?? '').split('.')
export const byUrgency = Number(minor) >= BY_URGENCY

/**
 * Whether HTTP/2 itself can send what it was handed of `first` before what it is handed of `second`,
 * so that both can go in one write to the socket: streams none of which is incremental. Where it
 * sends by urgency, that must be the same by the client's word, and they go in the order they were
 * opened, which is as good an order for two that are as urgent; older versions are told (see `follow`).
 */
export function keepsOrder(first: Gate, second: Gate): boolean {
  if (first.incremental || second.incremental) return false
  if (!byUrgency) return true
  if (first.wire === undefined || first.wire !== second.wire) return false
  return first.turn < second.turn || first.urgency === second.urgency
}

/**
 * Older versions interleave all streams, frame by frame, but for those that depend on each other
 * (RFC 7540 §5.3): has HTTP/2 send what it was handed of `first` before `second`, and both before
 * what follows `first`. Without a `first`, before all. The client is not told.
 */
export function follow(first: Gate | undefined, second: Gate): void {
  // Of a stream that the client has closed, without an error too, HTTP/2 knows nothing: Node aborts.
  if (second.stream.closed) return
  // With a weight, so that Node need not add one: that costs more than the rest.
  second.stream.priority({
    exclusive: true,
    parent: first?.stream.id ?? 0,
    weight: 16,
    silent: true,
  })
}
