import { once } from 'node:events'
import * as http from 'node:http'
import * as http2 from 'node:http2'
import * as https from 'node:https'
import { buffer } from 'node:stream/consumers'

/** What a client sees of one response. */
export interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export interface Pushed {
  readonly path: string
  /** The promised request. */
  readonly request: http2.IncomingHttpHeaders
  /** Absent where the stream ended without a response. */
  readonly response: Seen | undefined
  readonly rstCode: number
}

export interface Visit extends Seen {
  /** The `Link` of each 103, as it came. */
  readonly hints: readonly string[]
  readonly pushes: readonly Pushed[]
}

export interface Ask {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Called with each pushed stream, to reset it for example. */
  readonly onPush?: (stream: http2.ClientHttp2Stream, index: number) => void
  /** Called when the 103 is there. */
  readonly onHint?: () => void
}

/** The headers of a browser's navigation, as far as they matter. */
export const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
} as const

export function connect(origin: string, settings: http2.Settings = {}): http2.ClientHttp2Session {
  return http2.connect(origin, { settings, rejectUnauthorized: false })
}

/** Asks over an open session, and waits for the response and every push that came with it. */
export async function visitOn(session: http2.ClientHttp2Session, ask: Ask = {}): Promise<Visit> {
  const { path = '/', method = 'GET', headers = NAVIGATION } = ask
  const hints: string[] = []
  const pushes: Promise<Pushed>[] = []
  const onStream = (stream: http2.ClientHttp2Stream, request: http2.IncomingHttpHeaders) => {
    ask.onPush?.(stream, pushes.length)
    pushes.push(readPush(stream, request))
  }
  session.on('stream', onStream)
  const stream = session.request({ ':path': path, ':method': method, ...headers })
  stream.end()
  stream.on('headers', (informational) => {
    hints.push(String(informational['link']))
    ask.onHint?.()
  })
  const [head]: http2.IncomingHttpHeaders[] = await once(stream, 'response')
  const body = await buffer(stream)
  const arrived = await Promise.all(pushes)
  session.off('stream', onStream)
  return { ...seen(head ?? {}, body), hints, pushes: arrived }
}

async function readPush(
  stream: http2.ClientHttp2Stream,
  request: http2.IncomingHttpHeaders,
): Promise<Pushed> {
  let head: http2.IncomingHttpHeaders | undefined
  const chunks: Buffer[] = []
  stream.on('push', (headers) => (head = headers))
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', () => {})
  if (!stream.destroyed) await new Promise((resolve) => stream.once('close', resolve))
  const response = head && seen(head, Buffer.concat(chunks))
  return { path: String(request[':path']), request, response, rstCode: stream.rstCode }
}

function seen(head: http2.IncomingHttpHeaders, body: Buffer): Seen {
  const headers = Object.entries(head).filter(([name]) => !name.startsWith(':'))
  return { status: Number(head[':status']), headers: Object.fromEntries(headers), body }
}

/** One visit over a connection of its own. */
export async function visit(
  origin: string,
  ask: Ask & { settings?: http2.Settings } = {},
): Promise<Visit> {
  const session = connect(origin, ask.settings)
  try {
    return await visitOn(session, ask)
  } finally {
    session.close()
  }
}

/** The same over HTTP/1.1. */
export async function visitHttp1(
  origin: string,
  ask: Ask & { agent?: http.Agent } = {},
): Promise<Visit> {
  const { path = '/', method = 'GET', headers = NAVIGATION, agent } = ask
  const client = origin.startsWith('https') ? https : http
  const hints: string[] = []
  const request = client.request(new URL(path, origin), {
    method,
    headers,
    rejectUnauthorized: false,
    ...(agent && { agent }),
  })
  request.on('information', (info) => {
    hints.push(String(info.headers.link))
    ask.onHint?.()
  })
  request.end()
  const [response]: http.IncomingMessage[] = await once(request, 'response')
  if (response === undefined) throw new Error('no response')
  const body = await buffer(response)
  return { status: response.statusCode ?? 0, headers: response.headers, body, hints, pushes: [] }
}
