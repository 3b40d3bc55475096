/**
 * The servers that `scheduler-cost.ts` compares, each in a process of its own: a hello-world page
 * and 100 files, without a plan for any page.
 */
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp2Server, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import pushplanForExpress, { createServer } from '@pushplan/express'
import pushplanForFastify from '@pushplan/fastify'
import { schedule } from '@pushplan/node'
import express from 'express'
import Fastify from 'fastify'

const page = '<h1>Hello, world</h1>'
const FILES = 100
/** From 10 to 30 KB. */
const sizeOf = (file: number) => 10_000 + 200 * file

const folder = mkdtempSync(join(tmpdir(), 'pushplan-cost-'))
for (let file = 0; file < FILES; file++) {
  writeFileSync(join(folder, `${file}.js`), 'x'.repeat(sizeOf(file)))
}

const optionsOf = (scheduled: boolean) => ({
  manifest: { 'main.js': { file: '0.js', src: 'main.js', isEntry: true } },
  base: '/static/',
  routes: { '/': false as const },
  schedule: scheduled,
})

const servers: Record<string, (scheduled: boolean) => Promise<Http2Server>> = {
  async fastify(scheduled) {
    const app = Fastify({ http2: true })
    await app.register(pushplanForFastify, optionsOf(scheduled))
    await app.register(fastifyStatic, { root: folder, prefix: '/static/' })
    app.get('/', async (_request, reply) => reply.type('text/html').send(page))
    await app.ready()
    return app.server
  },
  async express(scheduled) {
    const app = express()
    app.use(pushplanForExpress(optionsOf(scheduled)))
    app.use('/static', express.static(folder))
    app.get('/', (_request, response) => void response.type('html').send(page))
    return createServer({}, app)
  },
  async node(scheduled) {
    const server = createHttp2Server((request, response) => {
      const file = Number.parseInt(request.url.slice('/static/'.length), 10)
      response.setHeader('content-type', request.url === '/' ? 'text/html' : 'text/javascript')
      if (request.url === '/') return void response.end(page)
      response.setHeader('content-length', sizeOf(file))
      createReadStream(join(folder, `${file}.js`)).pipe(response.stream)
    })
    if (scheduled) schedule(server)
    return server
  },
}

const [, , name = '', arm] = process.argv
const start = servers[name]
if (start === undefined) throw new TypeError(`one of ${Object.keys(servers).join(', ')}`)
const server = await start(arm === 'scheduled')
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('message', () => process.send?.(process.cpuUsage()))
process.on('disconnect', () => {
  rmSync(folder, { recursive: true })
  process.exit()
})
process.send?.((server.address() as AddressInfo).port)
