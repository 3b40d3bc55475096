import { expect } from 'chai'
import type { AddressInfo } from 'node:net'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import fastifyStatic from '@fastify/static'
import { parseLink, PushplanError } from '@pushplan/core'
import pushplan, { type PushplanOptions } from '@pushplan/fastify'
import Fastify, { type FastifyInstance } from 'fastify'
import supertest from 'supertest'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { NAVIGATION, visit } from '../support/client.js'
import { DIST, HTML, PLAN, site } from '../support/site.js'

const page = { accept: NAVIGATION.accept }
const linked = (headers: Record<string, unknown>) =>
  parseLink(String(headers['link'] ?? '')).map(({ url }) => url)

describe('@pushplan/fastify', () => {
  let app: FastifyInstance

  const create = async (options: Partial<PushplanOptions> = {}) => {
    app = Fastify({ http2: true }) as unknown as FastifyInstance
    await app.register(pushplan, { ...site().options, ...options })
    await app.register(fastifyStatic, {
      root: fileURLToPath(DIST),
      prefix: '/static/',
      immutable: true,
      maxAge: '1y',
      index: false,
    })
    return app
  }
  const listen = async () => {
    await app.listen({ port: 0, host: 'localhost' })
    return `http://localhost:${(app.server.address() as AddressInfo).port}`
  }
  /** supertest knows no pushed streams, and leaves them open: for headers alone. */
  const get = async (path: string) => {
    await app.ready()
    return supertest(app.server, { http2: true }).get(path).set(page)
  }
  afterEach(() => app.close())

  it('rejects registration with a PushplanError', async () => {
    app = Fastify()
    const error = await app
      .register(pushplan, { manifest: 'none.json' })
      .then(undefined, (reason: unknown) => reason)
    expect(error).to.be.instanceOf(PushplanError).with.property('code', 'PUSHPLAN_MANIFEST_MISSING')
  })

  it("follows a route's config.pushplan, an entry or false", async () => {
    await create({ push: false })
    const send = (
      _request: unknown,
      reply: { type(type: string): { send(body: string): unknown } },
    ) => reply.type('text/html').send(HTML)
    app.get('/admin', { config: { pushplan: 'nested/page.html' } }, send)
    app.get('/', { config: { pushplan: false } }, send)
    expect(linked((await get('/admin')).headers)).to.include('/static/assets/nested-D3M7_vnZ.js')
    expect((await get('/')).headers).to.not.have.property('link')
  })

  it('refuses a route whose config.pushplan names no entry', async () => {
    await create({ push: false })
    expect(() =>
      app.get('/a', { config: { pushplan: 'nested/pag.html' } }, async () => ''),
    ).to.throw(PushplanError, 'Did you mean "nested/page.html"?')
  })

  it('reply.pushplan.entry and .add tell what the path does not', async () => {
    await create({ push: false })
    app.get('/any/where', (_request, reply) => {
      reply.pushplan.entry('index.html')
      reply.pushplan.add({ url: '/hero.avif', fetchpriority: 'high' })
      return reply.type('text/html').send(HTML)
    })
    const { headers } = await get('/any/where')
    expect(linked(headers)).to.deep.equal([...PLAN.slice(0, 2), '/hero.avif', ...PLAN.slice(2)])
    expect(headers['link']).to.include(
      '</hero.avif>; rel=preload; as=image; type="image/avif"; fetchpriority=high',
    )
  })

  it('pushes for a handler that names its entry before it answers', async () => {
    await create()
    app.get('/any/where', async (_request, reply) => {
      await Promise.resolve()
      reply.pushplan.entry('index.html')
      return reply.type('text/html').send(HTML)
    })
    const { pushes } = await visit(await listen(), { path: '/any/where' })
    expect(pushes.map(({ path }) => path)).to.deep.equal(PLAN)
  })

  it('serves an HTML page of @fastify/static with push, cookie and Link', async () => {
    await create()
    app.get('/', (_request, reply) => reply.sendFile('index.html', { immutable: false, maxAge: 0 }))
    const seen = await visit(await listen())
    expect(seen.body.toString()).to.equal(HTML)
    expect(seen.pushes.map(({ path }) => path)).to.deep.equal(PLAN)
    expect(seen.headers['set-cookie']?.[0]).to.match(/^pushplan=v1\./)
    expect(linked(seen.headers)).to.deep.equal(PLAN)
  })

  it('works beside @fastify/cookie, @fastify/compress and @fastify/helmet', async () => {
    await create()
    await app.register(cookie)
    await app.register(compress, { threshold: 0 })
    await app.register(helmet)
    app.get('/', (_request, reply) => reply.setCookie('basket', '1').type('text/html').send(HTML))
    const seen = await visit(await listen(), {
      headers: { ...NAVIGATION, 'accept-encoding': 'gzip' },
    })
    expect(seen.headers['content-encoding']).to.equal('gzip')
    expect(seen.headers).to.have.property('content-security-policy')
    expect(
      [seen.headers['set-cookie']].flat().map((line) => line?.split('=', 1)[0]),
    ).to.have.members(['basket', 'pushplan'])
    expect(
      seen.pushes.map(({ response }) => response?.headers['content-security-policy'] !== undefined),
    ).to.deep.equal(PLAN.map(() => true))
  })

  it('reply.pushplan.nonce hints what the policy of the response lets in', async () => {
    await create({ push: false })
    await app.register(helmet, { enableCSPNonces: true })
    app.get('/', (_request, reply) => {
      reply.pushplan.nonce(reply.cspNonce.script)
      return reply.type('text/html').send(HTML)
    })
    const { headers } = await get('/')
    const nonce = /script-src[^;]*'nonce-([^']+)'/.exec(
      String(headers['content-security-policy']),
    )?.[1]
    const [link] = parseLink(String(headers['link']))
    expect(link?.params.get('nonce')).to.equal(nonce)
  })

  it('gives nothing to what a later onSend hook makes a 304', async () => {
    await create({ push: false })
    app.addHook('onSend', async (_request, reply) => {
      reply.code(304)
      return null
    })
    app.get('/', (_request, reply) => reply.type('text/html').send(HTML))
    const { status, headers } = await get('/')
    expect(status).to.equal(304)
    expect(headers).to.not.have.any.keys('link', 'set-cookie')
  })

  it('serves pages that are a Response, or are written to reply.raw', async () => {
    await create({ routes: { '/*any': 'index.html' } })
    const type = { 'content-type': 'text/html' }
    app.get('/response', () => new Response(HTML, { headers: type }))
    app.get('/raw', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, type).end(HTML)
    })
    app.get('/raw/no-reason', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, undefined, type).end(HTML)
    })
    const origin = await listen()
    for (const path of ['/response', '/raw', '/raw/no-reason']) {
      const seen = await visit(origin, { path })
      expect(seen.body.toString(), path).to.equal(HTML)
      expect(linked(seen.headers), path).to.deep.equal(PLAN)
      expect(String(seen.headers['set-cookie']), path).to.match(/^pushplan=/)
      expect(
        seen.pushes.map((push) => push.path),
        path,
      ).to.deep.equal(PLAN)
    }
  })

  it('gives nothing to a page that fails before its first byte', async () => {
    await create({ push: false })
    app.get('/', (_request, reply) =>
      reply.type('text/html').send(
        new Readable({
          read() {
            this.destroy(new Error('broken'))
          },
        }),
      ),
    )
    const { status, headers } = await get('/')
    expect(status).to.equal(500)
    expect(headers).to.not.have.any.keys('link', 'set-cookie')
  })

  it('serves routes that were there before it, and a not-found handler that answers a page', async () => {
    app = Fastify()
    app.get('/', (_request, reply) => reply.type('text/html').send(HTML))
    await app.register(pushplan, {
      ...site().options,
      push: false,
      routes: { '/*any': 'index.html' },
    })
    await app.register(fastifyStatic, { root: fileURLToPath(DIST), prefix: '/static/' })
    app.setNotFoundHandler((_request, reply) => reply.code(200).type('text/html').send(HTML))
    for (const url of ['/', '/spa/page']) {
      const answer = await app.inject({ url, headers: page })
      expect(linked(answer.headers), url).to.deep.equal(PLAN)
    }
  })

  it('refuses to be registered twice for the same routes', async () => {
    await create()
    const error = await app
      .register(async (child) => child.register(pushplan, site().options))
      .then(undefined, (reason: unknown) => reason)
    expect(error).to.be.instanceOf(PushplanError)
    expect(String(error)).to.include('registered twice')
  })

  it('leaves the pages of a scope to the scope that had it first', async () => {
    app = Fastify()
    await app.register(async (child) => {
      await child.register(pushplan, { ...site().options, push: false })
      child.get('/', (_request, reply) => reply.type('text/html').send(HTML))
    })
    const entries: unknown[] = []
    await app.register(pushplan, {
      ...site().options,
      routes: { '/*any': 'nested/page.html' },
      onDelivery: (event) => event.type === 'delivery' && entries.push(event.entry),
    })
    await app.register(fastifyStatic, { root: fileURLToPath(DIST), prefix: '/static/' })
    app.get('/other', (_request, reply) => reply.type('text/html').send(HTML))
    const { headers } = await app.inject({ url: '/', headers: page })
    expect(linked(headers)).to.deep.equal(PLAN)
    expect(entries).to.deep.equal([])
    await app.inject({ url: '/other', headers: page })
    expect(entries).to.deep.equal(['nested/page.html'])
  })

  it('starts, and serves pages, while an asset route hangs', async () => {
    app = Fastify({ forceCloseConnections: true })
    await app.register(pushplan, site().options)
    app.get('/static/*', () => new Promise(() => {}))
    app.get('/', (_request, reply) => reply.type('text/html').send(HTML))
    const answer = await app.inject({ url: '/', headers: page })
    expect(answer.body).to.equal(HTML)
  })

  it('pushes nothing that sets a cookie, even where the first answer did not', async () => {
    app = Fastify({ http2: true }) as unknown as FastifyInstance
    await app.register(pushplan, site().options)
    app.get('/static/*', (request, reply) => {
      if (!request.headers.host?.startsWith('localhost')) reply.header('set-cookie', 'sid=1')
      return reply.type('text/css').send('a{}')
    })
    app.get('/', (_request, reply) => reply.type('text/html').send(HTML))
    const origin = (await listen()).replace('localhost', '127.0.0.1')
    const seen = await visit(origin)
    expect(seen.body.toString()).to.equal(HTML)
    expect(seen.pushes.filter(({ response }) => response !== undefined)).to.deep.equal([])
  })

  it('logs what it warns of', async () => {
    const lines: string[] = []
    app = Fastify({
      logger: { level: 'warn', stream: { write: (line: string) => void lines.push(line) } },
    })
    await app.register(pushplan, site().options)
    await app.ready()
    expect(lines.join('')).to.include('answers 404 for /static/assets/index-byyKbHP7.js')
  })

  it('leaves inject() alone', async () => {
    await create()
    app.get('/', (_request, reply) => reply.type('text/html').send(HTML))
    const answer = await app.inject({ url: '/', headers: page })
    expect(answer.body).to.equal(HTML)
    expect(linked(answer.headers)).to.deep.equal(PLAN)
  })
})
