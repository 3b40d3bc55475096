import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'

/** Would tune or hold the connection that all streams share: one request must not. */
const sharedByAllStreams = new Set<PropertyKey>(['setNoDelay', 'setKeepAlive', 'ref', 'unref'])

/**
 * RST_STREAM with NO_ERROR would make a response cut short look complete (RFC 9113 §8.1), where
 * HTTP/1 applications destroy the socket to tell the client that it is not.
 */
function reset(stream: ServerHttp2Stream, error?: Error): ServerHttp2Stream {
  if (!stream.writableFinished && !stream.closed) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  return stream.destroy(error)
}

/** `Reflect.get()` would look through all prototypes of a stream each time: V8 does not cache that. */
function read(owner: object, key: PropertyKey): unknown {
  const { [key]: value } = owner as Readonly<Record<PropertyKey, unknown>>
  return typeof value === 'function' ? value.bind(owner) : value
}

const handler: ProxyHandler<ServerHttp2Stream> = {
  get(stream, key) {
    if (key === 'destroy') return (error?: Error) => reset(stream, error)
    if (sharedByAllStreams.has(key)) return () => stream
    // node:http2 ends the stream of a HEAD request at once, which on-finished took for an abort.
    if (key === 'writable') return !stream.destroyed && !stream.closed
    // No stream has one, and Node 24 asks for it twice with each header that is set.
    if (key === 'server') return stream.session?.socket && read(stream.session.socket, key)
    const own = read(stream, key)
    if (own !== undefined || key in stream) return own
    return stream.session?.socket === undefined ? undefined : read(stream.session.socket, key)
  },
}

/**
 * What an HTTP/1 application takes for its connection: reading, writing, timing out and destroying
 * concern this one stream, addresses and TLS details are the connection's.
 */
export function socketOf(stream: ServerHttp2Stream): Socket {
  return new Proxy(stream, handler) as unknown as Socket
}
