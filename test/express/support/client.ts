import { once } from 'node:events'
import http2, { type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  trailers: IncomingHttpHeaders
  informational: IncomingHttpHeaders[]
  text: string
}

export interface Ask {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

export interface Client {
  session: ClientHttp2Session
  origin: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  ask(path: string, ask: Ask): Promise<Answer>
}

function ask(session: ClientHttp2Session, path: string, request: Ask): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = request
  const stream = session.request(
    { ':path': path, ':method': method, ...headers },
    { endStream: body === undefined },
  )
  const answer: Answer = { status: 0, headers: {}, trailers: {}, informational: [], text: '' }
  const chunks: Buffer[] = []
  stream.on('headers', (informational) => answer.informational.push(informational))
  stream.on('response', (received) => {
    answer.headers = received
    answer.status = Number(received[':status'])
  })
  stream.on('trailers', (trailers) => (answer.trailers = trailers))
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (body !== undefined) stream.end(body)
  return new Promise((resolve, reject) => {
    stream.on('error', reject)
    stream.on('close', () => resolve({ ...answer, text: Buffer.concat(chunks).toString() }))
  })
}

export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

export async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

/** Runs `use` with a client of the started server, then closes both. */
export async function withClient<T>(
  server: Server,
  use: (client: Client) => Promise<T>,
  options: http2.SecureClientSessionOptions = {},
): Promise<T> {
  const scheme = 'setSecureContext' in server ? 'https' : 'http'
  const origin = `${scheme}://127.0.0.1:${await listen(server)}`
  const session = http2.connect(origin, { rejectUnauthorized: false, ...options })
  const client: Client = {
    session,
    origin,
    get: (path, headers = {}) => ask(session, path, { headers }),
    ask: (path, request) => ask(session, path, request),
  }
  try {
    return await use(client)
  } finally {
    session.close()
    await close(server)
  }
}
