import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2'

/** How urgent a response is, and whether it is of use before it is complete (RFC 9218 §4). */
export interface Priority {
  /** From 0, the most urgent, to 7. */
  readonly urgency: number
  /** Shares the session with others that are incremental and as urgent. */
  readonly incremental: boolean
}

/** RFC 9218 §4.1 and §4.2. */
const DEFAULT: Priority = { urgency: 3, incremental: false }

/**
 * A client that signals nothing may be a proxy that carries many users (RFC 9218 §13.1): what is
 * not known to be one page's share then shares the session.
 */
const UNSAID: Priority = { urgency: 3, incremental: true }

const URGENCY = /(?:^|,)[ \t]*u=([0-7])[ \t]*(?=[;,]|$)/g
const INCREMENTAL = /(?:^|,)[ \t]*i(?:=\?([01]))?[ \t]*(?=[;,]|$)/g

/** What Chromium sends for each destination, for clients that send no `priority`. */
const BY_DESTINATION: Readonly<Record<string, Priority>> = {
  style: { urgency: 0, incremental: false },
  font: { urgency: 1, incremental: false },
  script: { urgency: 2, incremental: false },
  image: { urgency: 5, incremental: true },
  audio: { urgency: 5, incremental: true },
  video: { urgency: 5, incremental: true },
}

const BY_TYPE: readonly (readonly [RegExp, string])[] = [
  [/^text\/css/, 'style'],
  [/^font\//, 'font'],
  [/^(?:text|application)\/javascript/, 'script'],
  [/^(?:image|audio|video)\//, 'image'],
]

/** The members `u` and `i` of a `priority` header; anything else in it is ignored (RFC 9218 §4). */
export function parsePriority(header: string): Partial<Priority> {
  const urgency = lastMatch(URGENCY, header)?.[1]
  const incremental = lastMatch(INCREMENTAL, header)
  return {
    ...(urgency !== undefined && { urgency: Number(urgency) }),
    ...(incremental !== undefined && { incremental: incremental[1] !== '0' }),
  }
}

/** Of a dictionary's members of one name, the last counts (RFC 8941 §4.2.2). */
function lastMatch(pattern: RegExp, header: string): RegExpMatchArray | undefined {
  return [...header.matchAll(pattern)].at(-1)
}

/** No map: V8 would hash the header of every request, which costs more than to compare it with a few. */
const parsed: { readonly header: string; readonly priority: Priority }[] = []
/** Clients send a handful of different headers; one that sends more gets them parsed each time. */
const PARSED_LIMIT = 16

function complete(header: string): Priority {
  for (const known of parsed) if (known.header === header) return known.priority
  const priority = { ...DEFAULT, ...parsePriority(header) }
  if (parsed.length < PARSED_LIMIT) parsed.push({ header, priority })
  return priority
}

/** How urgently Chromium asks for what has that destination: so urgent is a push of it. */
export function urgencyOf(destination: string): number {
  return (byDestination(destination) ?? DEFAULT).urgency
}

/** What the client has said that it wants. */
export function signalledPriority({ priority }: IncomingHttpHeaders): Priority | undefined {
  return typeof priority === 'string' ? complete(priority) : undefined
}

/** What the client asks for; without its word, what a browser would for that destination. */
export function requestPriority(
  headers: IncomingHttpHeaders,
  signalled = signalledPriority(headers),
): Priority | undefined {
  return signalled ?? byDestination(headers['sec-fetch-dest'])
}

/** The urgency by which HTTP/2 itself orders what was so signalled; undefined: it shares. */
export function wireUrgency({ urgency, incremental } = DEFAULT): number | undefined {
  return incremental ? undefined : urgency
}

/** What the application says in its response's headers, else the request, else their content type. */
export function responsePriority(
  headers: OutgoingHttpHeaders,
  requested: Priority | undefined,
): Priority {
  const { priority } = headers
  const base = requested ?? byType(headers['content-type']) ?? UNSAID
  return priority === undefined ? base : { ...base, ...parsePriority(String(priority)) }
}

/** Whether it can be drawn as a page; what does not say what it is may be one. */
export function isPageResponse(headers: OutgoingHttpHeaders): boolean {
  if (/^\s*attachment\b/i.test(String(headers['content-disposition'] ?? ''))) return false
  return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(
    String(headers['content-type'] ?? 'text/html'),
  )
}

function byType(type: OutgoingHttpHeaders[string]): Priority | undefined {
  if (typeof type !== 'string') return undefined
  const destination = BY_TYPE.find(([pattern]) => pattern.test(type))?.[1]
  return byDestination(destination)
}

function byDestination(destination = ''): Priority | undefined {
  return Object.hasOwn(BY_DESTINATION, destination) ? BY_DESTINATION[destination] : undefined
}
