import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import compress from '@fastify/compress'
import fastifyStatic from '@fastify/static'
import pushplan from '@pushplan/fastify'
import type { PushplanEvent } from '@pushplan/node'
import Fastify, { type FastifyInstance } from 'fastify'
import { certificate } from './certificate.js'
import { DIST, type Framework, type Site, type Transport } from './site.js'

export const fastify5: Framework = {
  name: 'Fastify 5',
  async start(site, transport) {
    const events: PushplanEvent[] = []
    const app = await create(transport)
    await build(app, site, events)
    await app.listen({ port: 0, host: 'localhost' })
    const { port } = app.server.address() as AddressInfo
    const scheme = transport === 'h2' ? 'https' : 'http'
    return { origin: `${scheme}://localhost:${port}`, events, close: () => app.close() }
  },
}

async function create(transport: Transport): Promise<FastifyInstance> {
  const forceCloseConnections = true
  if (transport === 'HTTP/1.1') return Fastify({ forceCloseConnections })
  const app =
    transport === 'h2c'
      ? Fastify({ http2: true, forceCloseConnections })
      : Fastify({
          http2: true,
          forceCloseConnections,
          https: { allowHTTP1: true, ...(await certificate()) },
        })
  return app as unknown as FastifyInstance
}

async function build(app: FastifyInstance, site: Site, events: PushplanEvent[]): Promise<void> {
  if (site.compress === true) await app.register(compress, { threshold: 0 })
  if (site.plain !== true) {
    await app.register(pushplan, { onDelivery: (event) => events.push(event), ...site.options })
  }
  if (site.withoutAssets !== true) {
    const root = fileURLToPath(site.dist ?? DIST)
    const decorateReply = false
    await app.register(fastifyStatic, {
      root,
      prefix: '/static/',
      immutable: true,
      maxAge: '1y',
      decorateReply,
    })
  }
  for (const [path, answer] of Object.entries(site.routes)) {
    app.route({
      url: path,
      method: ['GET', 'HEAD', 'POST'],
      handler: async (_request, reply) => {
        const { status = 200, headers = {}, body, entry, add } = await answer()
        if (entry !== undefined) reply.pushplan.entry(entry)
        if (add !== undefined) reply.pushplan.add(add)
        return reply.code(status).headers(headers).send(body)
      },
    })
  }
}
