import type {
  OutgoingHttpHeaders,
  ServerHttp2Stream,
  ServerStreamResponseOptions,
} from 'node:http2'
import type { Chunk, Done } from './chunks.js'

type WriteMany = NonNullable<ServerHttp2Stream['_writev']>

/** What a wrapped stream calls instead of its own methods. */
export interface Wrapping {
  accept(chunks: Chunk[], done: Done): void
  respond(headers?: OutgoingHttpHeaders, options?: ServerStreamResponseOptions): void
  close(): void
}

/** The stream's own methods. */
export interface Wrapped {
  write(chunks: Chunk[], done: Done): void
  respond: ServerHttp2Stream['respond']
}

const WRAPPING = Symbol('pushplan.wrapping')

interface WrappedStream extends ServerHttp2Stream {
  [WRAPPING]?: Wrapping
}

/** Has `wrapping` decide on what is written to this one stream, by its documented `_write` and `_writev`. */
export function wrap(stream: WrappedStream, wrapping: Wrapping): Wrapped {
  const { _write, _writev, respond } = stream
  stream[WRAPPING] = wrapping
  stream._write = wrappedWrite
  stream._writev = wrappedWriteMany
  stream.respond = wrappedRespond
  stream.on('close', wrappedClose)
  return {
    respond: (headers, options) => respond.call(stream, headers, options),
    write: (chunks, done) => {
      const [first] = chunks
      if (first === undefined || chunks.length > 1) {
        _writev?.call(stream, chunks as Parameters<WriteMany>[0], done)
      } else _write.call(stream, first.chunk, first.encoding as BufferEncoding, done)
    },
  }
}

// Shared by all streams: closures for each would cost more than all the rest.
function wrappedWrite(
  this: WrappedStream,
  ...[chunk, encoding, done]: [Chunk['chunk'], Chunk['encoding'], Done]
): void {
  this[WRAPPING]?.accept([{ chunk, encoding }], done)
}

function wrappedWriteMany(this: WrappedStream, chunks: Chunk[], done: Done): void {
  this[WRAPPING]?.accept(chunks, done)
}

function wrappedRespond(
  this: WrappedStream,
  headers?: OutgoingHttpHeaders,
  options?: ServerStreamResponseOptions,
): void {
  this[WRAPPING]?.respond(headers, options)
}

function wrappedClose(this: WrappedStream): void {
  this[WRAPPING]?.close()
}
