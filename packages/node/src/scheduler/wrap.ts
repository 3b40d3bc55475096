import {
  constants,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type ServerStreamResponseOptions,
} from 'node:http2'
import type { Chunk, Done } from './chunks.js'

/** What a wrapped stream calls instead of its own methods. */
export interface Wrapping {
  readonly stream: ServerHttp2Stream
  /** Those of the stream's own. */
  readonly methods: Methods
  accept(chunks: Chunk[], done: Done): void
  final(done: Done): void
  destroy(error: Error | null, done: Done): void
  respond(headers?: OutgoingHttpHeaders, options?: ServerStreamResponseOptions): void
}

/** A stream's own methods: those that `Duplex` documents, and `respond`. */
export interface Methods {
  _write(chunk: Chunk['chunk'], encoding: Chunk['encoding'], done: Done): void
  _writev(chunks: Chunk[], done: Done): void
  _final(done: Done): void
  _destroy(error: Error | null, done: Done): void
  respond: ServerHttp2Stream['respond']
}

const WRAPPING = Symbol('pushplan.wrapping')

type Wrapped = Methods & { [WRAPPING]?: Wrapping }

/** Shared by all streams: closures for each would cost more than all the rest. */
const OWN: Methods & ThisType<Wrapped> = {
  _write(chunk, encoding, done) {
    this[WRAPPING]?.accept([{ chunk, encoding }], done)
  },
  _writev(chunks, done) {
    this[WRAPPING]?.accept(chunks, done)
  },
  _final(done) {
    this[WRAPPING]?.final(done)
  },
  _destroy(error, done) {
    this[WRAPPING]?.destroy(error, done)
  },
  respond(headers, options) {
    this[WRAPPING]?.respond(headers, options)
  },
}

/** What streams had before they were wrapped: mostly all the same, and kept once. */
let usual: Methods | undefined

function methodsOf({ _write, _writev, _final, _destroy, respond }: Methods): Methods {
  if (
    usual?._write === _write &&
    usual._writev === _writev &&
    usual._final === _final &&
    usual._destroy === _destroy &&
    usual.respond === respond
  ) {
    return usual
  }
  return (usual = { _write, _writev, _final, _destroy, respond })
}

/**
 * Has `wrapping` decide on what is written to this one stream, instead of what did so before; gives
 * back the methods that are the stream's own.
 */
export function wrap(stream: ServerHttp2Stream, wrapping: Wrapping): Methods {
  const wrapped = stream as unknown as Wrapped
  const before = wrapped[WRAPPING]
  const methods = before?.methods ?? methodsOf(wrapped)
  wrapped[WRAPPING] = wrapping
  if (before !== undefined) return methods
  wrapped._write = OWN._write
  wrapped._writev = OWN._writev
  wrapped._final = OWN._final
  wrapped._destroy = OWN._destroy
  wrapped.respond = OWN.respond
  return methods
}

/** Hands on what has been accepted, by the stream's own methods. */
export function write({ stream, methods }: Wrapping, chunks: Chunk[], done: Done): void {
  const [first] = chunks
  if (first === undefined || chunks.length > 1) methods._writev.call(stream, chunks, done)
  else methods._write.call(stream, first.chunk, first.encoding, done)
}

/** How a response is begun. */
export interface Beginning {
  readonly headers: OutgoingHttpHeaders | undefined
  readonly options: ServerStreamResponseOptions | undefined
}

/**
 * Whether the response is asked to wait for trailers, and may have some. The compatibility API waits
 * for them whether there are any or not, and END_STREAM then comes late, in a frame of its own. Over
 * HTTP/1.1 too, a body of known length has no trailers (RFC 9112 §7.1.2).
 */
export function awaitsTrailers({ headers = {}, options }: Beginning, compatible: boolean): boolean {
  if (options?.waitForTrailers !== true) return false
  return !compatible || !('content-length' in headers) || 'trailer' in headers
}

/** Begins it by the stream's own method. */
export function respond(
  { stream, methods }: Wrapping,
  { headers, options }: Beginning,
  waitForTrailers: boolean,
): void {
  const same = waitForTrailers === (options?.waitForTrailers === true)
  methods.respond.call(stream, headers, same ? options : { ...options, waitForTrailers })
}

/**
 * Has `close()`, called on a stream that waits for trailers and has ended, wait for them too: a
 * stream that is closed is not asked for any by Node, and would be reset without its END_STREAM.
 */
export function closeAfterTrailers(stream: ServerHttp2Stream): void {
  const { close } = stream
  stream.close = (code = constants.NGHTTP2_NO_ERROR, done) => {
    const ended = stream.writableEnded
    const over = !ended || stream.sentTrailers !== undefined
    if (code !== constants.NGHTTP2_NO_ERROR || over) {
      close.call(stream, code, done)
      // Node waits for ever for what a stream that waits for trailers can't send any more.
      if (!ended) setImmediate(() => stream.destroy())
      return
    }
    if (done !== undefined) stream.once('close', done)
    stream.once('wantTrailers', () => {
      // Closed twice, or by what sends trailers of its own.
      if (stream.sentTrailers === undefined) stream.sendTrailers({})
      setImmediate(() => close.call(stream, code))
    })
  }
}

/** What decides on what is written to `stream`. */
export function wrappingOf(stream: ServerHttp2Stream): Wrapping | undefined {
  return (stream as unknown as Wrapped)[WRAPPING]
}
