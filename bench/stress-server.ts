/** The server of `stress.ts`, in a process of its own: a page of five assets, by the framework named. */
import type { Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer } from '@pushplan/express'
import pushplanExpress from '@pushplan/express'
import pushplan from '@pushplan/fastify'
import type { PushplanEvent } from '@pushplan/node'
import express from 'express'
import Fastify from 'fastify'

const css = ['1', '2', '3', '4'].map((name) => `assets/${name}.css`)
const body = Buffer.alloc(30_000, ' ')
const page = `<!doctype html>${'<p>page</p>'.repeat(1000)}`
const outcomes: Record<string, number> = {}
const options = {
  manifest: { 'index.html': { file: 'assets/main.js', css, isEntry: true } },
  visit: false,
  onDelivery: (event: PushplanEvent) => {
    const name = event.type === 'push' ? event.outcome : event.type
    outcomes[name] = (outcomes[name] ?? 0) + 1
  },
} as const

async function fastifyServer(): Promise<Http2Server> {
  const app = Fastify({ http2: true })
  await app.register(pushplan, options)
  app.get('/', (_request, reply) => reply.type('text/html').send(page))
  app.get('/assets/*', (_request, reply) =>
    reply.type('text/css').header('cache-control', 'public, immutable').send(body),
  )
  await app.ready()
  return app.server
}

function expressServer(): Http2Server {
  const app = express()
  app.use(pushplanExpress(options))
  app.get('/', (_request, response) => void response.type('html').send(page))
  app.get('/assets/:name', (_request, response) => {
    response.type('css').set('cache-control', 'public, immutable').send(body)
  })
  return createServer({}, app)
}

const server = process.argv[2] === 'express' ? expressServer() : await fastifyServer()
let sessions = 0
let errors = 0
server.on('session', (session) => {
  sessions += 1
  session.once('close', () => (sessions -= 1))
})
const unhandled = (error: unknown) => {
  errors += 1
  console.error(error)
}
process.on('uncaughtException', unhandled).on('unhandledRejection', unhandled)
process.on('message', () => {
  for (let round = 0; round < 3; round += 1) global.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heapUsed, external, sessions, errors, outcomes })
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
