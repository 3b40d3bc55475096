import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest, type Server } from 'node:http'
import { type Duplex, duplexPair } from 'node:stream'
import { type Answer, toAnswer } from './answer.js'

export interface Question {
  /** Scheme and authority to ask as a client of. */
  readonly origin: string
  readonly path: string
  /** '' sends no `Accept-Encoding`. */
  readonly acceptEncoding: string
}

/** An asset larger than this is never worth a push, however it is encoded. */
const LARGEST_BODY = 8 * 1024 * 1024
/** Milliseconds the application may take. */
const PATIENCE = 10_000

/**
 * One GET to a server that listens nowhere, over a pair of streams that Node documents for this:
 * https://nodejs.org/api/http.html#event-connection
 *
 * @throws Error where the application does not answer in 10 s, not whole, or with over 8 MiB.
 */
export async function ask(
  server: Server,
  { origin, path, acceptEncoding }: Question,
): Promise<Answer> {
  const { host, protocol } = new URL(origin)
  const request = httpRequest({
    path,
    headers: { host, ...(acceptEncoding !== '' && { 'accept-encoding': acceptEncoding }) },
    signal: AbortSignal.timeout(PATIENCE),
    createConnection: () => connect(server, protocol === 'https:'),
  })
  // `once` listens until the response is there; an error after that arrives through the response too.
  request.on('error', () => {})
  const answered = once(request, 'response')
  request.end()
  const [response]: IncomingMessage[] = await answered
  if (response === undefined) throw new Error(`no response to ${path}`)
  return toAnswer(response, await readBody(response))
}

/** @param encrypted What frameworks derive `request.protocol` and `secure` from. */
function connect(server: Server, encrypted: boolean) {
  const [client, side] = duplexPair()
  Object.assign(side, SOCKET, { encrypted })
  // Node does not tell the other one, and what the application answers from would stay open.
  client.once('close', () => side.destroy())
  server.emit('connection', side)
  return client
}

/**
 * What applications ask of every socket. Rate limiters and loggers read an address: one of loopback
 * that no client has. Timeouts are left to `PATIENCE`.
 */
const SOCKET = {
  remoteAddress: '127.255.255.254',
  remoteFamily: 'IPv4',
  address: () => ({}),
  ...Object.fromEntries(
    ['setTimeout', 'setNoDelay', 'setKeepAlive', 'ref', 'unref'].map((name) => [name, itself]),
  ),
}

function itself(this: Duplex): Duplex {
  return this
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    if (bytes > LARGEST_BODY) throw new Error(`the answer has over ${LARGEST_BODY} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
