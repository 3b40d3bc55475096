import { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { parseHeaderBlock } from './header-block.js'
import type { Http2Request } from './request.js'

type Callback = (error?: Error | null) => void

/**
 * The seams of node:http's responses that the bridge stands on. Undocumented, alike in Node 20 to
 * 26, and the lowest there are: whatever an application or a middleware calls or overrides lies
 * above them, so no correction is needed for any single method.
 */
export interface Seams {
  _header: string | null
  _headerSent: boolean
  _hasBody: boolean
  _trailer: string
  _storeHeader(firstLine: string, headers: unknown): void
  _send(
    data: string | Uint8Array,
    encoding?: BufferEncoding | null,
    callback?: Callback | null,
  ): boolean
  _writeRaw(data: string, encoding?: BufferEncoding, callback?: Callback): boolean
}

/** A response of node:http whose bytes go to an HTTP/2 stream. */
export interface Http2Response extends ServerResponse<Http2Request>, Seams {
  readonly stream: ServerHttp2Stream
  maySendTrailers: boolean
}

const { _storeHeader: nodeStoreHeader } = ServerResponse.prototype as unknown as Seams

/** Node sends no others on HTTP/2. Thrown while an error handler can still answer. */
function assertStatus(response: Http2Response): void {
  const { statusCode, req } = response
  if (statusCode >= 200 && statusCode <= 599) return
  // `writeHead` has taken it for a status without a body; the error page has one.
  response._hasBody = req.method !== 'HEAD'
  const error = new RangeError(`HTTP/2 responses have a status of 200 to 599, not ${statusCode}`)
  throw Object.assign(error, { code: 'ERR_HTTP2_STATUS_INVALID' })
}

/**
 * DATA frames have their own framing. What would be chunked is also what HTTP/1 lets have trailers.
 */
function storeHeader(this: Http2Response, firstLine: string, headers: unknown): void {
  assertStatus(this)
  nodeStoreHeader.call(this, firstLine, headers)
  this.maySendTrailers = this.chunkedEncoding && this._hasBody
  this.chunkedEncoding = false
}

/**
 * The header block as node:http made it (so Date, Content-Length and whatever `writeHead` was
 * given are as on HTTP/1), sent as a HEADERS frame in place of text.
 */
function respond(response: Http2Response): void {
  const { stream, maySendTrailers, _hasBody: hasBody } = response
  const headers = parseHeaderBlock(response._header ?? '')
  headers[':status'] = response.statusCode
  const endStream = !hasBody || headers['content-length'] === '0'
  const options = { endStream, waitForTrailers: maySendTrailers, sendDate: false }
  if (maySendTrailers) {
    // Node's own compatibility objects, where they came first, would answer with no trailers.
    stream.removeAllListeners('wantTrailers')
    stream.once('wantTrailers', () => stream.sendTrailers(parseHeaderBlock(response._trailer)))
  }
  stream.respond(headers, options)
}

/** After the turn it is known whether the empty string was the end's, which waits for the rest. */
function settle(response: Http2Response, callback: Callback): void {
  if (response.writableEnded && !response.stream.writableFinished) {
    response.stream.once('finish', callback)
  } else callback()
}

/**
 * All bytes of the final response come here; an empty string ends, or flushes the header. It is
 * not handed on: a stream of node:http2 never completes an empty write.
 */
function send(this: Http2Response, ...args: Parameters<Seams['_send']>): boolean {
  const [data, encoding, callback] = args
  const { stream } = this
  if (stream.destroyed || stream.closed) return false
  if (!this._headerSent) {
    this._headerSent = true
    if (!stream.headersSent) respond(this)
  }
  if (data.length > 0) return stream.write(data, encoding ?? 'utf8', callback ?? undefined)
  // HEADERS were all there is; a client may be gone before the stream says that it has finished.
  if (callback && stream.writableEnded) process.nextTick(callback)
  else if (callback) process.nextTick(settle, this, callback)
  return true
}

/** What `_send` does not send is informational: 100, 102 and 103, written as HTTP/1 text. */
function writeInformational(this: Http2Response, ...args: Parameters<Seams['_writeRaw']>): boolean {
  const [text, , callback] = args
  const { stream } = this
  if (!stream.headersSent && !stream.destroyed && !stream.closed) {
    stream.additionalHeaders({ ...parseHeaderBlock(text), ':status': Number(text.slice(9, 12)) })
  }
  if (callback) process.nextTick(callback)
  return true
}

/** Own properties of each response: `Object.assign(response, seams)`. */
export const seams = { _storeHeader: storeHeader, _send: send, _writeRaw: writeInformational }
