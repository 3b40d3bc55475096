import type { IncomingHttpHeaders } from 'node:http2'

/** Whether a document is asked for: by Fetch metadata (`Sec-Fetch-Dest`), or else by `Accept`. */
export function asksForDocument(headers: IncomingHttpHeaders): boolean {
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined) return isDocument(destination)
  return /\b(?:text\/html|application\/xhtml\+xml)\b/i.test(headers.accept ?? '')
}

function isDocument(destination: string): boolean {
  return destination === 'document' || destination === 'iframe' || destination === 'frame'
}
