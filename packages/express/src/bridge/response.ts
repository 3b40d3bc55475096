import { ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { requestOf, type Http2Request } from './request.js'
import { type Http2Response, seams } from './seams.js'

/** The response a stream serves: node:http's `assignSocket` keeps it there. */
type Served = ServerHttp2Stream & { _httpMessage: Http2Response }

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

/** As node:http's server does: what `req.setTimeout()` and `res.setTimeout()` are not to hear of, ends. */
function onTimeout(this: Served): void {
  const { req, socket } = this._httpMessage
  const heard = !req.complete && req.emit('timeout', socket)
  if (!this._httpMessage.emit('timeout', socket) && !heard) socket?.destroy()
}

/** What node:http's server does to the request of a lost connection. */
function onClose(this: Served): void {
  const { req, writableFinished } = this._httpMessage
  if (!writableFinished) req.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
}

/** A reset by the client reaches the application as `close`; unheard it would end the process. */
function ignoreError(): void {}

/** Replaces a private flag that only node:http's server resets on `drain`. */
const writableNeedDrain = {
  configurable: true,
  get(this: Http2Response): boolean {
    return !this.writableEnded && this.stream.writableNeedDrain
  },
}

/** All that is particular to it lies in own properties: its prototype is the application's. */
export function makeResponse(response: Http2Response, stream: ServerHttp2Stream): void {
  const request = requestOf(stream)
  if (request === undefined) throw new TypeError('the request of an HTTP/2 stream comes first')
  Reflect.apply(ServerResponse, response, [request])
  Object.assign(response, { stream, maySendTrailers: false }, seams)
  // node:http takes "2.0" for older than 1.1 and would leave out Content-Length.
  response.useChunkedEncodingByDefault = true
  Object.defineProperty(response, 'writableNeedDrain', writableNeedDrain)
  stream.on('close', onClose).on('drain', onDrain)
  stream.on('timeout', onTimeout).on('error', ignoreError)
  response.on('prefinish', endStream).on('finish', discardUnreadBody)
  // The stream itself, since going through the socket's proxy here is slow.
  response.assignSocket(stream as unknown as Socket)
  Object.assign(response, { socket: request.socket })
}
