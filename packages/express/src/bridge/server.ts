import http2, { type Http2SecureServer, type Http2Server } from 'node:http2'
import { prepareServer } from '@pushplan/node'
import { type App, messageClasses } from './messages.js'

type Listener = Parameters<typeof http2.createServer>[1]

/** Node documents these two options; its types want subclasses of its own compatibility classes. */
function messagesOf(app: App): http2.ServerOptions {
  const { Http2Request, Http2Response } = messageClasses(app)
  return {
    Http2ServerRequest: Http2Request as unknown as typeof http2.Http2ServerRequest,
    Http2ServerResponse: Http2Response as unknown as typeof http2.Http2ServerResponse,
  }
}

/**
 * An HTTP/2 server without TLS (h2c) for an Express application, for clients with prior knowledge
 * and for proxies that speak h2c to their back end.
 *
 * @param options - those of Node's `http2.createServer`
 * @param app - an Express 4 or 5 application; it is not changed and can serve other servers too
 */
export function createServer(options: http2.ServerOptions, app: App): Http2Server {
  const server = http2.createServer({ ...options, ...messagesOf(app) }, app as unknown as Listener)
  prepareServer(server, options.settings)
  return server
}

/**
 * An HTTP/2 server with TLS for an Express application.
 *
 * @param options - those of Node's `http2.createSecureServer`: `key`, `cert` …; with
 *   `allowHTTP1: true` the same port also serves clients that speak HTTP/1.1 only (default `false`)
 * @param app - an Express 4 or 5 application; it is not changed and can serve other servers too
 */
export function createSecureServer(
  options: http2.SecureServerOptions,
  app: App,
): Http2SecureServer {
  const server = http2.createSecureServer(
    { ...options, ...messagesOf(app) },
    app as unknown as Listener,
  )
  prepareServer(server, options.settings)
  return server
}
