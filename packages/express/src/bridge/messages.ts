import { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { type Http2Request, makeRequest, type RequestParts } from './request.js'
import { makeResponse } from './response.js'
import type { Http2Response } from './seams.js'

/** An Express application, or any other listener written for node:http. */
export type App = (request: IncomingMessage, response: ServerResponse) => unknown

/** What an application's requests and responses are made by. */
export interface MessageClasses {
  readonly Http2Request: new (...parts: RequestParts) => Http2Request
  readonly Http2Response: new (stream: ServerHttp2Stream) => Http2Response
}

/**
 * Express gives every request the prototype `app.request`, every response `app.response`. These
 * have them from the start: V8 before Node 24 makes a new hidden class for each property added to
 * each object whose prototype was replaced, and nearly all that reads them is then slow.
 */
export function messageClasses(
  app: App & { request?: unknown; response?: unknown },
): MessageClasses {
  const { request, response } = app
  return {
    Http2Request: messageClass(
      makeRequest,
      IncomingMessage,
      request instanceof IncomingMessage ? request : IncomingMessage.prototype,
    ),
    Http2Response: messageClass(
      makeResponse,
      ServerResponse,
      response instanceof ServerResponse ? response : ServerResponse.prototype,
    ),
  }
}

function messageClass<Message extends object, Parts extends unknown[]>(
  make: (message: Message, ...parts: Parts) => void,
  base: new (...parts: never[]) => object,
  prototype: object,
): new (...parts: Parts) => Message {
  function Http2Message(this: Message, ...parts: Parts): void {
    make(this, ...parts)
  }
  // V8 also learns from the base how many properties to make room for.
  Object.setPrototypeOf(Http2Message, base)
  Http2Message.prototype = prototype
  return Http2Message as unknown as new (...parts: Parts) => Message
}
