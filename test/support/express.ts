import { createServer as createHttpServer, type Server } from 'node:http'
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import compression from 'compression'
import pushplan, { createSecureServer, createServer } from '@pushplan/express'
import type { PushplanEvent } from '@pushplan/node'
import express5Factory from 'express'
import express4Factory from 'express4'
import { certificate } from './certificate.js'
import { DIST, type Framework, type Running, type Site, type Transport } from './site.js'

type Factory = typeof express5Factory

function framework(name: string, express: Factory): Framework {
  return {
    name,
    async start(site, transport) {
      const events: PushplanEvent[] = []
      const server = await createFor(transport, build(express, site, events))
      return listen(server, transport, events)
    },
  }
}

export const express4 = framework('Express 4', express4Factory as unknown as Factory)
export const express5 = framework('Express 5', express5Factory)

function build(express: Factory, site: Site, events: PushplanEvent[]) {
  const app = express()
  app.disable('x-powered-by')
  if (site.compress === true) app.use(compression({ threshold: 0 }))
  if (site.plain !== true) {
    app.use(pushplan({ onDelivery: (event) => events.push(event), ...site.options }))
  }
  if (site.withoutAssets !== true) {
    app.use(
      '/static',
      express.static(fileURLToPath(site.dist ?? DIST), {
        immutable: true,
        maxAge: '1y',
        index: false,
      }),
    )
  }
  for (const [path, answer] of Object.entries(site.routes)) {
    app.all(path, async (_request, response, next) => {
      try {
        const { status = 200, headers = {}, body, entry, add } = await answer()
        if (entry !== undefined) response.pushplan.entry(entry)
        if (add !== undefined) response.pushplan.add(add)
        response.status(status).set(headers).send(body)
      } catch (error) {
        next(error)
      }
    })
  }
  return app
}

type AnyServer = Server | Http2Server | Http2SecureServer

async function createFor(transport: Transport, app: ReturnType<Factory>): Promise<AnyServer> {
  if (transport === 'HTTP/1.1') return createHttpServer(app)
  if (transport === 'h2c') return createServer({}, app)
  return createSecureServer({ ...(await certificate()), allowHTTP1: true }, app)
}

async function listen(
  server: AnyServer,
  transport: Transport,
  events: PushplanEvent[],
): Promise<Running> {
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const scheme = transport === 'h2' ? 'https' : 'http'
  const origin = `${scheme}://localhost:${(server.address() as AddressInfo).port}`
  const close = () =>
    new Promise<void>((resolve) => {
      for (const session of sessions) session.close()
      server.close(() => resolve())
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
  return { origin, events, close }
}
