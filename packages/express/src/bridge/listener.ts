import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { type App, type MessageClasses, messageClasses } from './messages.js'

/** A listener that takes the requests of node:http as well as those of node:http2. */
export type AnyListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void

/** Status and headers that a listener before us has set. */
function carryOver(from: Http2ServerResponse, to: ServerResponse): void {
  to.statusCode = from.statusCode
  for (const [name, value] of Object.entries(from.getHeaders())) {
    if (value !== undefined) to.setHeader(name, value)
  }
}

function bridge(
  { Http2Request, Http2Response }: MessageClasses,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
): [IncomingMessage, ServerResponse] {
  const { stream, headers, rawHeaders } = request
  const bridged = new Http2Request(stream, headers, undefined, rawHeaders)
  const answer = new Http2Response(stream)
  carryOver(response, answer)
  return [bridged, answer]
}

/**
 * Makes an Express application answer HTTP/2 on a server that is not ours:
 *
 * ```ts
 * http2.createSecureServer({ key, cert, allowHTTP1: true }, requestListener(app))
 * ```
 *
 * On HTTP/2 the application gets a genuine `http.IncomingMessage` and `http.ServerResponse` over
 * the stream, so everything written for HTTP/1 holds; `req.stream` and `res.stream` are the HTTP/2
 * stream. HTTP/1 requests reach the application untouched. The application itself is not changed.
 */
export function requestListener(app: App): AnyListener {
  const classes = messageClasses(app)
  return (request, response) => {
    if (request instanceof IncomingMessage) app(request, response as ServerResponse)
    else app(...bridge(classes, request, response as Http2ServerResponse))
  }
}
