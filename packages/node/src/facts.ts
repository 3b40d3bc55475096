import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Stream } from 'node:http2'
import type { RequestFacts } from '@pushplan/core'
import { text } from './answer.js'
import { asksForDocument } from './document-request.js'

export type Request = IncomingMessage | Http2ServerRequest
export type Response = ServerResponse | Http2ServerResponse

/** The facts that the request itself tells: the rest needs its session, the visit and the asset source. */
export interface OwnFacts extends Omit<
  RequestFacts,
  'visit' | 'held' | 'supply' | 'pushSlots' | 'promised' | 'inParts'
> {
  /** It names an origin to push from, and nothing out of the ordinary. */
  readonly pushable: boolean
}

export function readFacts(request: Request): OwnFacts {
  const { headers } = request
  const stream = streamOf(request)
  const origin = originOf(request)
  return {
    method: request.method ?? 'GET',
    path: urlOf(request).replace(/\?.*$/s, ''),
    protocol:
      stream === undefined ? (request.httpVersion === '1.0' ? 'http/1.0' : 'http/1.1') : 'h2',
    origin,
    pushable: isModest(request) && origin !== '',
    page: asksForPage(request),
    navigation: headers['sec-fetch-mode'] === 'navigate',
    conditional: 'if-none-match' in headers || 'if-modified-since' in headers,
    prefetch: /\bprefetch\b/i.test(text(headers['sec-purpose'] ?? headers['purpose'])),
    saveData: text(headers['save-data']).toLowerCase() === 'on',
    pushDeclined: /^\s*(?:none|head)\b/i.test(text(headers['accept-push-policy'])),
  }
}

/** Whether it is to be answered with a page, as far as it says. */
export function asksForPage({ method, headers }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && asksForDocument(headers)
}

/** Express strips the mount path off `url`. */
export function urlOf(request: Request): string {
  const original = 'originalUrl' in request ? request.originalUrl : undefined
  return typeof original === 'string' ? original : (request.url ?? '/')
}

/** The HTTP/2 stream of a request, undefined over HTTP/1. */
export function streamOf(request: Request): ServerHttp2Stream | undefined {
  return 'stream' in request ? request.stream : undefined
}

/** Longer than any real one: such a header is not worth remembering an asset's answer by. */
const LONGEST_HEADER = 255

function isModest({ headers }: Request): boolean {
  const { host = '', ':authority': authority = host, 'accept-encoding': encoding = '' } = headers
  return Math.max(text(authority).length, text(encoding).length) <= LONGEST_HEADER
}

/** Empty: it names none, or none that is valid. */
export function originOf(request: Request): string {
  const { headers } = request
  const authority = text(headers[':authority'] ?? headers.host)
  if (authority === '' || !URL.canParse(`http://${authority}`)) return ''
  return `${text(headers[':scheme']) || schemeOf(request)}://${authority}`
}

/** `encrypted` marks a TLS socket, and what stands in for one. */
function schemeOf({ socket }: Request): string {
  return Reflect.get(socket, 'encrypted') === true ? 'https' : 'http'
}
