import { IncomingMessage, type IncomingHttpHeaders } from 'node:http'
import type { IncomingHttpHeaders as Http2Headers, ServerHttp2Stream } from 'node:http2'
import { socketOf } from './socket.js'

/** A property, since a WeakMap entry for every request is dear to the garbage collector. */
const kRequest = Symbol('pushplan.request')
type Bridged = ServerHttp2Stream & { [kRequest]?: Http2Request }

export function requestOf(stream: ServerHttp2Stream): Http2Request | undefined {
  return (stream as Bridged)[kRequest]
}

/**
 * Without the pseudo-headers, which no HTTP/1 code expects and a proxy would fail to forward.
 * The object has a prototype since `headers.hasOwnProperty()` is common in HTTP/1 code.
 */
function http1Headers(stream: ServerHttp2Stream, received: Http2Headers): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {}
  for (const name of Object.keys(received)) {
    if (!name.startsWith(':')) headers[name] = received[name]
  }
  // RFC 9113 §8.3.1: `:authority` is what counts, and most clients send no `host` beside it.
  if (received[':authority'] !== undefined) headers.host = received[':authority']
  // Body parsers ask type-is, and HTTP/1 knows no body without one of these two headers.
  if (!stream.endAfterHeaders && headers['content-length'] === undefined) {
    headers['transfer-encoding'] = 'chunked'
  }
  return headers
}

/** Pseudo-headers come before all others (RFC 9113 §8.3). */
function http1RawHeaders(received: readonly string[], authority: string | undefined): string[] {
  const first = received.findIndex((value, index) => index % 2 === 0 && !value.startsWith(':'))
  const regular = first === -1 ? [] : received.slice(first)
  return authority === undefined ? regular : ['host', authority, ...regular]
}

/** Paused, so that Node's own `_read`, which resumes the socket, sets the pace. */
function receiveBody(request: Http2Request): void {
  const { stream } = request
  stream.pause()
  stream.on('data', (chunk: Buffer) => {
    if (!request.push(chunk)) stream.pause()
  })
  stream.on('trailers', (trailers: NodeJS.Dict<string>, _flags: number, raw?: string[]) => {
    request.trailers = { ...trailers }
    request.rawTrailers =
      raw ?? Object.entries(trailers).flatMap(([name, value]) => [name, value ?? ''])
  })
  stream.on('end', () => complete(request))
}

function complete(request: Http2Request): void {
  request.complete = true
  request.push(null)
}

/** A request of node:http whose bytes come from an HTTP/2 stream. */
export interface Http2Request extends IncomingMessage {
  readonly stream: ServerHttp2Stream
  readonly authority: string | undefined
  readonly scheme: string | undefined
}

/** What `node:http2` makes a request of. */
export type RequestParts = [
  stream: ServerHttp2Stream,
  headers: Http2Headers,
  options?: unknown,
  rawHeaders?: string[],
]

/** All that is particular to it lies in own properties: its prototype is the application's. */
export function makeRequest(
  request: Http2Request,
  ...[stream, headers, , rawHeaders = []]: RequestParts
): void {
  Reflect.apply(IncomingMessage, request, [socketOf(stream)])
  const bridged: Bridged = stream
  bridged[kRequest] = request
  Object.assign(request, { stream, authority: headers[':authority'], scheme: headers[':scheme'] })
  request.httpVersion = '2.0'
  request.httpVersionMajor = 2
  request.httpVersionMinor = 0
  request.method = headers[':method'] ?? 'GET'
  request.url = headers[':path'] ?? headers[':authority'] ?? ''
  request.headers = http1Headers(stream, headers)
  request.rawHeaders = http1RawHeaders(rawHeaders, request.authority)
  if (stream.endAfterHeaders) complete(request)
  else receiveBody(request)
}
