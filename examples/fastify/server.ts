import type { Http2SecureServer } from 'node:http2'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import pushplan, { type PushplanOptions } from '@pushplan/fastify'
import Fastify, { type FastifyReply, type RouteGenericInterface } from 'fastify'
import { type Certificate, createCertificate } from '../certificate.ts'

const dist = fileURLToPath(new URL('../shop/dist', import.meta.url))

export interface ShopOptions extends Partial<PushplanOptions> {
  readonly certificate: Certificate
}

export async function createShop({ certificate, ...options }: ShopOptions) {
  const app = Fastify({ http2: true, https: { ...certificate, allowHTTP1: true } })

  await app.register(pushplan, { manifest: `${dist}/.vite/manifest.json`, ...options })
  await app.register(fastifyStatic, {
    root: `${dist}/assets`,
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
  })

  app.get('/', (_request, reply) => sendPage(reply, 'index.html'))
  app.get('/product/', (_request, reply) => sendPage(reply, 'product/index.html'))
  // The path tells no entry of the manifest, so the route does.
  app.get('/slow', { config: { pushplan: 'index.html' } }, async (_request, reply) => {
    await setTimeout(200)
    return sendPage(reply, 'index.html')
  })
  app.get('/shop', (_request, reply) => reply.redirect('/', 301))
  app.get('/api/cart', () => ({ currency: 'EUR', delivery: 490, freeFrom: 6000 }))
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/html').send('<h1>Not on the shelf</h1><a href="/">Back</a>'),
  )
  return app
}

type Reply = FastifyReply<RouteGenericInterface, Http2SecureServer>

function sendPage(reply: Reply, file: string) {
  reply.header('cache-control', 'private, no-cache')
  return reply.sendFile(file, dist, { cacheControl: false })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const app = await createShop({ certificate: await createCertificate() })
  const port = Number(process.env.PORT ?? 8443)
  await app.listen({ port })
  console.log(`The shop is open at https://localhost:${port} (press Ctrl+C to close it)`)
}
