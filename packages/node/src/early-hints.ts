import type { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { type Response } from './facts.js'

/**
 * Sends one `103 Early Hints` (RFC 8297) with the given link-values, unless the answer has begun.
 *
 * Over HTTP/2 the stream is asked itself: `writeEarlyHints` rejects parameters that hold a space.
 * Over HTTP/1 a 103 after the headers would land in the body, so what has begun is looked at first.
 */
export function sendEarlyHints(
  stream: ServerHttp2Stream | undefined,
  response: Response,
  links: readonly string[],
): boolean {
  if (links.length === 0) return false
  if (stream === undefined) return sendOverHttp1(response as ServerResponse, links)
  if (stream.headersSent || stream.destroyed || stream.closed) return false
  stream.additionalHeaders({ ':status': 103, link: links.join(', ') })
  return true
}

function sendOverHttp1(response: ServerResponse, links: readonly string[]): boolean {
  if (response.headersSent || response.destroyed) return false
  response.writeEarlyHints({ link: [...links] })
  return true
}
