import { ServerResponse, type IncomingMessage } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { parseHeaderBlock } from './header-block.js'
import { requestOf, type Http2Request } from './request.js'

type Callback = (error?: Error | null) => void

/**
 * The seams of node:http's responses that the bridge stands on. Undocumented, alike in Node 20 to
 * 26, and the lowest there are: whatever a user or a middleware overrides or calls lies above.
 */
interface Seams {
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

const NodeResponse = ServerResponse as unknown as {
  new (request: IncomingMessage): ServerResponse<Http2Request> & Seams
  prototype: Seams
}
const nodeStoreHeader = NodeResponse.prototype._storeHeader

/** The response a stream serves: node:http's `assignSocket` keeps it there. */
type Served = ServerHttp2Stream & { _httpMessage: Http2Response }

/**
 * DATA frames have their own framing. What would be chunked is also what HTTP/1 lets have trailers.
 */
function storeHeader(this: Http2Response, firstLine: string, headers: unknown): void {
  nodeStoreHeader.call(this, firstLine, headers)
  this.maySendTrailers = this.chunkedEncoding
  this.chunkedEncoding = false
}

/**
 * The header block as node:http made it (so Date, Content-Length and whatever `writeHead` was
 * given are as on HTTP/1), sent as a HEADERS frame in place of text.
 */
function respond(response: Http2Response, endStream: boolean): void {
  const { stream } = response
  const headers = parseHeaderBlock(response._header ?? '')
  headers[':status'] = response.statusCode
  const waitForTrailers = response.maySendTrailers && response._hasBody
  if (waitForTrailers) {
    // Node's own compatibility objects, where they came first, would answer with no trailers.
    stream.removeAllListeners('wantTrailers')
    stream.once('wantTrailers', () => stream.sendTrailers(parseHeaderBlock(response._trailer)))
  }
  const endOfStream = (endStream && !waitForTrailers) || !response._hasBody
  const options = { endStream: endOfStream, waitForTrailers, sendDate: false }
  stream.respond(headers, options)
}

/** node:http hands all bytes of the final response to `_send`, an empty string to end or to flush. */
function send(this: Http2Response, ...args: Parameters<Seams['_send']>): boolean {
  const [data, encoding, callback] = args
  const { stream } = this
  if (stream.destroyed || stream.closed) return false
  if (!this._headerSent) {
    this._headerSent = true
    if (!stream.headersSent) respond(this, data.length === 0 && Boolean(callback))
  }
  if (data.length > 0) return stream.write(data, encoding ?? 'utf8', callback ?? undefined)
  if (callback) whenFinished(stream, callback)
  return true
}

function whenFinished(stream: ServerHttp2Stream, callback: Callback): void {
  if (stream.writableFinished) process.nextTick(callback)
  else stream.once('finish', callback)
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

/** In the turn of the last write, so that END_STREAM travels on its DATA frame. */
function endStream(this: Http2Response): void {
  this.stream.end()
}

/** As node:http's server does: an unread body would keep the stream open. */
function discardUnreadBody(this: Http2Response): void {
  const request = this.req as Http2Request & { _consuming: boolean; _dump(): void }
  if (!request._consuming) request._dump()
}

function onDrain(this: Served): void {
  if (!this._httpMessage.writableEnded) this._httpMessage.emit('drain')
}

function onTimeout(this: Served): void {
  const response = this._httpMessage
  if (!response.req.complete) response.req.emit('timeout', response.socket)
  response.emit('timeout', response.socket)
}

/** What node:http's server does for the request of a connection that is lost. */
function onClose(this: Served): void {
  const { req, writableFinished } = this._httpMessage
  if (writableFinished) return
  req.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
}

/** RST_STREAM by the client reaches the application as `close`; without this it ends the process. */
function ignoreError(): void {}

/** node:http's server, absent here, would reset the private flag behind this on `drain`. */
const writableNeedDrain = {
  configurable: true,
  get(this: Http2Response): boolean {
    return !this.writableEnded && this.stream.writableNeedDrain
  },
}

/**
 * A response of node:http whose bytes go to an HTTP/2 stream. Own properties carry all of it,
 * because Express gives the object another prototype.
 */
export class Http2Response extends NodeResponse {
  declare readonly stream: ServerHttp2Stream
  declare maySendTrailers: boolean

  constructor(stream: ServerHttp2Stream) {
    const request = requestOf(stream)
    if (request === undefined) throw new TypeError('the request of this HTTP/2 stream comes first')
    super(request)
    this.stream = stream
    this.maySendTrailers = false
    // node:http takes "2.0" for older than 1.1 and would leave out Content-Length.
    this.useChunkedEncodingByDefault = true
    this._storeHeader = storeHeader
    this._send = send
    this._writeRaw = writeInformational
    Object.defineProperty(this, 'writableNeedDrain', writableNeedDrain)
    stream
      .on('close', onClose)
      .on('drain', onDrain)
      .on('timeout', onTimeout)
      .on('error', ignoreError)
    this.on('prefinish', endStream).on('finish', discardUnreadBody)
    this.assignSocket(request.socket)
  }
}
