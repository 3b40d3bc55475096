import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { parseLink, type Tier } from '@pushplan/core'

export interface Client {
  readonly protocol: 'h2' | 'http/1.1'
  /** What it tells the server in SETTINGS_ENABLE_PUSH (RFC 9113 §6.5.2). */
  readonly push: boolean
  readonly headers: Readonly<Record<string, string>>
  /** The certificate to trust. */
  readonly ca: string
}

/** One asset as the client heard of it. */
export interface Arrival {
  readonly tier: Tier
  readonly url: string
  /** Milliseconds after the last byte of the answer; negative: before it. */
  readonly at: number
  /** Of a push that came whole. */
  readonly body?: Buffer | undefined
}

/** What the client saw, with nothing taken from the server's own account. */
export interface Observation {
  readonly status: number
  readonly body: Buffer
  /** From the request to the last byte of the answer. */
  readonly ms: number
  /** `name=value` to send back next time. */
  readonly cookie: string | undefined
  readonly arrivals: readonly Arrival[]
}

/** Milliseconds without a byte after which the server is taken to be stuck. */
const PATIENCE = 10_000

/** One request over a connection of its own; waits for every push that was promised with it. */
export function play(url: URL, client: Client): Promise<Observation> {
  return client.protocol === 'h2' ? playHttp2(url, client) : playHttp1(url, client)
}

async function playHttp2(url: URL, { ca, push, headers }: Client): Promise<Observation> {
  const session = connect(url, { ca, settings: { enablePush: push } })
  session.setTimeout(PATIENCE, () => session.destroy(new Error(`${url.href} is stuck`)))
  await once(session, 'connect')
  const pushes: Promise<Heard>[] = []
  const heard: Heard[] = []
  session.on('stream', (stream, promised) => pushes.push(receive(stream, promised)))
  const since = performance.now()
  const stream = session.request({ ':path': url.pathname, ...headers })
  stream.on('headers', ({ link }) => heard.push(...listen('early-hints', link)))
  const [head = {}]: IncomingHttpHeaders[] = await once(stream, 'response')
  heard.push(...listen('link', head['link']))
  const body = await buffer(stream)
  const until = performance.now()
  heard.push(...(await Promise.all(pushes)))
  session.close()
  return observe({ status: Number(head[':status']), head, body, since, until, heard })
}

async function receive(stream: ClientHttp2Stream, promised: IncomingHttpHeaders): Promise<Heard> {
  const body = await buffer(stream).catch(() => undefined)
  const whole = stream.rstCode === 0 ? body : undefined
  return { tier: 'push', url: String(promised[':path']), when: performance.now(), body: whole }
}

async function playHttp1(url: URL, { ca, headers }: Client): Promise<Observation> {
  const heard: Heard[] = []
  const since = performance.now()
  const request = httpsRequest(url, { ca, headers, agent: false, timeout: PATIENCE })
  request.on('timeout', () => request.destroy(new Error(`${url.href} is stuck`)))
  request.on('information', (info) => heard.push(...listen('early-hints', info.headers['link'])))
  request.end()
  const [response]: IncomingMessage[] = await once(request, 'response')
  if (response === undefined) throw new Error(`no response from ${url.href}`)
  const { statusCode: status = 0, headers: head } = response
  heard.push(...listen('link', head['link']))
  const body = await buffer(response)
  return observe({ status, head, body, since, until: performance.now(), heard })
}

interface Heard {
  readonly tier: Tier
  readonly url: string
  readonly when: number
  readonly body?: Buffer | undefined
}

function listen(tier: Tier, header: string | string[] = []): Heard[] {
  const when = performance.now()
  return parseLink([header].flat()).map(({ url }) => ({ tier, url, when }))
}

interface Finding extends Pick<Observation, 'status' | 'body'> {
  readonly head: IncomingHttpHeaders
  readonly since: number
  readonly until: number
  readonly heard: readonly Heard[]
}

function observe({ status, head, body, since, until, heard }: Finding): Observation {
  return {
    status,
    body,
    ms: until - since,
    cookie: head['set-cookie']?.map((line) => line.replace(/;.*$/s, '')).join('; '),
    arrivals: heard.map(({ when, ...rest }) => ({ ...rest, at: when - until })),
  }
}
