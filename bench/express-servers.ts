/** The servers that `express-bridge.ts` compares; each runs in a process of its own. */
import { createServer, requestListener } from '@pushplan/express'
import express from 'express'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'

const body = JSON.stringify({ text: 'x'.repeat(200) })

function byHand(
  _request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
): void {
  response.statusCode = 200
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}

function application(): express.Express {
  const app = express()
  app.get('/', (_req, res) => void res.type('json').send(body))
  return app
}

const servers: Record<string, () => Server> = {
  plainHttp1: () => http.createServer(byHand),
  expressHttp1: () => http.createServer(application()),
  bridgeHttp1: () => http.createServer(requestListener(application())),
  plainHttp2: () => http2.createServer(byHand),
  bridgeHttp2: () => createServer({}, application()),
}

const server = servers[process.argv[2] ?? '']?.()
if (server === undefined) throw new TypeError(`one of ${Object.keys(servers).join(', ')}`)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('message', () => process.send?.(process.cpuUsage()))
process.send?.((server.address() as AddressInfo).port)
