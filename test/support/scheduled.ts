import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { schedule, SessionScheduler } from '@pushplan/node'
import { endsStream, type Frame, record, type Recorder } from './frames.ts'

export type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

export const PAGE = { 'sec-fetch-dest': 'document', priority: 'u=0, i' }
/** Windows as browsers have them, so that flow control orders nothing. */
const WINDOW = 6 * 1024 * 1024

/** A scheduled server, a client, and the frames between them. */
export interface Scene {
  readonly server: Http2Server
  readonly origin: string
  readonly client: ClientHttp2Session
  readonly frames: Recorder
  /** Asks for `path`; what comes is read. */
  get(path: string, headers?: Record<string, string>): ClientHttp2Stream
  close(): Promise<void>
}

async function scene(handler: Handler, options: SceneOptions = {}): Promise<Scene> {
  const server = createServer()
  if (options.scheduled !== false) schedule(server)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    handler(stream, headers)
  })
  server.on('sessionError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const frames = await record(port)
  const client = await open(frames.port, options.client)
  return {
    server,
    origin: `http://127.0.0.1:${port}`,
    client,
    frames,
    get: (path, headers) => read(client.request({ ':path': path, ...headers })),
    async close() {
      client.destroy()
      await frames.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Opens scenes, and closes each after its test. */
export function scenes(): typeof scene {
  let open: Scene | undefined
  afterEach(() => {
    for (const restore of clocks.splice(0)) restore()
    return open?.close()
  })
  return async (...args) => (open = await scene(...args))
}

interface SceneOptions {
  readonly client?: ClientSessionOptions
  readonly scheduled?: boolean
}

async function open(port: number, options?: ClientSessionOptions): Promise<ClientHttp2Session> {
  const client = connect(`http://127.0.0.1:${port}`, {
    settings: { initialWindowSize: WINDOW },
    ...options,
  })
  client.on('error', () => {})
  client.on('stream', (stream) => read(stream))
  await once(client, 'remoteSettings')
  if (options === undefined) client.setLocalWindowSize(WINDOW)
  await new Promise((resolve) => client.ping(resolve))
  return client
}

function read(stream: ClientHttp2Stream): ClientHttp2Stream {
  return stream.on('error', () => {}).resume()
}

/** Pushes `body` as the next of a plan. */
export function push(page: ServerHttp2Stream, path: string, adopt: PushOptions): void {
  page.pushStream({ ':path': path }, (error, stream) => {
    if (error) return
    stream.on('error', () => {})
    SessionScheduler.find(stream)?.adopt(stream, adopt)
    stream.respond({ ':status': 200 })
    stream.end(adopt.body)
  })
}

interface PushOptions {
  readonly urgency: number
  readonly body: Buffer
}

/**
 * Stops the server's clock till the test is over: however busy the machine is, no wait runs out.
 * Returns what moves it on, by so many ms.
 */
export function stopClock(): (ms: number) => void {
  const { now } = performance
  let time = now.call(performance)
  performance.now = () => time
  clocks.push(() => (performance.now = now))
  return (ms) => (time += ms)
}

const clocks: (() => void)[] = []

/** Calls back, in the order of asking, when `count` streams have been asked for. */
export function gather(count: number, all: (streams: ServerHttp2Stream[]) => void): Handler {
  const streams: ServerHttp2Stream[] = []
  return (stream) => {
    if (streams.push(stream) === count) all(streams)
  }
}

export function answer(stream: ServerHttp2Stream, size: number, headers = {}): void {
  stream.respond({ ':status': 200, ...headers })
  stream.end(Buffer.alloc(size, 'x'))
}

/** Ends in the turn of the event loop in which it is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}

/** Ends when every one of them has been received whole. */
export async function ended(...streams: ClientHttp2Stream[]): Promise<void> {
  await Promise.all(streams.map((stream) => stream.readableEnded || once(stream, 'end')))
}

export const dataOf = (frames: readonly Frame[]) =>
  frames.filter(({ type, length }) => type === 'DATA' && length > 0)

/** Streams in the order in which their last frame came. */
export const endings = (frames: readonly Frame[]) =>
  frames.filter(endsStream).map(({ stream }) => stream)

/** Stream ids of DATA frames, neighbours of one stream taken together. */
export function runs(frames: readonly Frame[]): number[] {
  const ids = dataOf(frames).map(({ stream }) => stream)
  return ids.filter((id, index) => id !== ids[index - 1])
}
