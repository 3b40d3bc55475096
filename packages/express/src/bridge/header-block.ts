import type { OutgoingHttpHeaders } from 'node:http2'

/** RFC 9113 §8.2.2: HTTP/2 knows no connection-specific fields, and Node throws on them. */
const connectionSpecific = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

function add(headers: OutgoingHttpHeaders, name: string, value: string): void {
  const before = headers[name]
  if (name === 'set-cookie') headers[name] = [...(Array.isArray(before) ? before : []), value]
  // RFC 9110 §5.3: the same meaning, and Node allows many fields only once on HTTP/2.
  else headers[name] = before === undefined ? value : `${before}, ${value}`
}

/**
 * Header lines as node:http writes them, as HTTP/2 headers; a start line and the fields that
 * HTTP/2 forbids are left out.
 */
export function parseHeaderBlock(block: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {}
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(': ')
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
    // The reason phrase of a start line can have a colon.
    const field = name !== '' && !name.includes(' ')
    if (field && !connectionSpecific.has(name)) add(headers, name, line.slice(colon + 2))
  }
  return headers
}
