import { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import { Socket } from 'node:net'
import { type Http2Request, makeRequest, type RequestParts } from './request.js'
import { makeResponse } from './response.js'
import type { Http2Response } from './seams.js'

/** An Express application, or any other listener written for node:http. */
export type App = (request: IncomingMessage, response: ServerResponse) => unknown

/** What Express gives the requests and responses of an application. */
interface Prototypes {
  readonly request?: unknown
  readonly response?: unknown
}

/** What an application's requests and responses are made by. */
export interface MessageClasses {
  readonly Http2Request: new (...parts: RequestParts) => Http2Request
  readonly Http2Response: new (stream: ServerHttp2Stream) => Http2Response
}

const plainRequest = new IncomingMessage(new Socket())
const plainResponse = new ServerResponse(plainRequest)

/** What the bridge's messages have and those of node:http have not. */
const particular = new Set<PropertyKey>(['stream', 'authority', 'scheme', 'maySendTrailers'])

/**
 * Express gives every request the prototype `app.request`, every response `app.response`. The
 * bridge's have them from the start: V8 before Node 24 makes a new hidden class for each property
 * added to each object whose prototype was replaced, and nearly all that reads them is then slow.
 */
export function messageClasses(app?: App & Prototypes): MessageClasses {
  return {
    Http2Request: messageClass(makeRequest, plainRequest, app?.request),
    Http2Response: messageClass(makeResponse, plainResponse, app?.response),
  }
}

/**
 * Neither a class, whose prototype can't be chosen, nor made by `Reflect.construct`, when each object
 * would have a hidden class of its own with Node 20.
 */
function messageClass<Message extends object, Parts extends unknown[]>(
  make: (message: Message, ...parts: Parts) => void,
  plain: IncomingMessage | ServerResponse,
  prototype: unknown,
): new (...parts: Parts) => Message {
  function Http2Message(this: Message, ...parts: Parts): void {
    make(this, ...parts)
  }
  // V8 also learns from the base how many properties to make room for.
  Object.setPrototypeOf(Http2Message, plain.constructor)
  Http2Message.prototype = extendsOnly(prototype, plain) ? prototype : Object.getPrototypeOf(plain)
  return Http2Message as unknown as new (...parts: Parts) => Message
}

/**
 * Whether `prototype` overrides nothing that a message is made with: what an application has of its
 * own is not to be called before it has had its turn.
 */
function extendsOnly(prototype: unknown, plain: object): boolean {
  if (prototype === Object.getPrototypeOf(plain)) return true
  if (typeof prototype !== 'object' || prototype === null) return false
  const overrides = Reflect.ownKeys(prototype).some((key) => key in plain || particular.has(key))
  return !overrides && extendsOnly(Object.getPrototypeOf(prototype), plain)
}
