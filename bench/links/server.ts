import { rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import fastifyStatic from '@fastify/static'
import pushplan from '@pushplan/fastify'
import Fastify, { type FastifyReply } from 'fastify'
import type { Http2Server, Http2ServerResponse } from 'node:http2'
import { ENTRIES, writeBuild } from './build.ts'
import { type Arm, ASSETS, type BenchAsset, type Cell, chunksOf, linkOf } from './page.ts'

/** The same application twice: as it is, and with pushplan registered. */
const build = writeBuild()
process.send?.({ plain: await serve(false), product: await serve(true) })
process.on('disconnect', () => {
  rmSync(build, { recursive: true })
  process.exit()
})

type Reply = FastifyReply<RouteGeneric, Http2Server>

interface RouteGeneric {
  Params: { arm: Arm; think: string; chunks: string }
}

async function serve(product: boolean): Promise<number> {
  const app = Fastify({ http2: true })
  if (product) {
    await app.register(pushplan, {
      manifest: join(build, '.vite', 'manifest.json'),
      push: { images: true },
    })
  }
  await app.register(fastifyStatic, {
    root: join(build, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
  })
  for (const assets of ['65 KB', '1 MB'] as const) {
    const path = `/${ENTRIES[assets]}/:arm/:think/:chunks/*`
    const config = { pushplan: ENTRIES[assets] }
    app.get<RouteGeneric>(path, { config }, async ({ params }, reply) => {
      const chunks = params.chunks === '1' ? 1 : 3
      announce(params.arm, ASSETS[assets], reply)
      if (params.think !== '0') await setTimeout(Number(params.think))
      return send(reply, { assets, chunks })
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** What people write by hand. */
function announce(arm: Arm, assets: readonly BenchAsset[], { raw }: Reply): void {
  if (arm === 'hand 103') raw.stream.additionalHeaders({ ':status': 103, link: assets.map(linkOf) })
  if (arm === 'naive push') for (const asset of assets) push(raw, asset)
}

function push({ stream: page }: Http2ServerResponse, { path, type, body }: BenchAsset): void {
  page.pushStream({ ':path': path }, (error, stream) => {
    if (error) return
    stream.on('error', () => {})
    stream.respond({ ':status': 200, 'content-type': type, 'content-length': body.length })
    stream.end(body)
  })
}

function send(reply: Reply, page: Pick<Cell, 'assets' | 'chunks'>): Reply {
  reply.type('text/html')
  const chunks = chunksOf(page)
  const [only] = chunks
  return reply.send(
    only !== undefined && chunks.length === 1 ? only.text : Readable.from(flow(chunks)),
  )
}

async function* flow(chunks: ReturnType<typeof chunksOf>): AsyncGenerator<string> {
  for (const { wait, text } of chunks) {
    if (wait > 0) await setTimeout(wait)
    yield text
  }
}
