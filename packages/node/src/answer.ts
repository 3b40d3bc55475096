import type { IncomingMessage } from 'node:http'
import type { OutgoingHttpHeaders } from 'node:http2'
import type { Supply } from '@pushplan/core'

/** The application's own answer to a GET, as it goes into a pushed response. */
export interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** Those of one connection, which HTTP/2 forbids (RFC 9113 §8.2.2), and the date of another moment. */
const LEFT_OUT = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'date',
])

export function toAnswer(response: IncomingMessage, body: Buffer): Answer {
  const headers: OutgoingHttpHeaders = {}
  for (const [name, values = []] of Object.entries(response.headersDistinct)) {
    if (!LEFT_OUT.has(name)) headers[name] = values.length === 1 ? values[0] : values
  }
  return { status: response.statusCode ?? 0, headers, body }
}

/** Whether the answer can be pushed: cacheable, and the same for every client that asks like this one. */
export function supplyOf({ status, headers, body }: Answer): Supply {
  if (status === 404 || status === 410) return { state: 'missing' }
  if (status !== 200) return { state: 'unpushable', why: 'status' }
  if (headers['set-cookie'] !== undefined) return { state: 'unpushable', why: 'set-cookie' }
  if (/\bno-store\b/i.test(text(headers['cache-control']))) {
    return { state: 'unpushable', why: 'no-store' }
  }
  const vary = text(headers['vary'])
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (vary.some((name) => !['', 'accept-encoding', 'origin'].includes(name))) {
    return { state: 'unpushable', why: 'vary' }
  }
  return { state: 'ready', bytes: body.length }
}

/** `immutable` (RFC 8246): the answer will be the same as long as it is fresh. */
export function isImmutable({ status, headers }: Answer): boolean {
  return status === 200 && /\bimmutable\b/i.test(text(headers['cache-control']))
}

export function text(value: string | string[] | number | undefined): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '')
}
