import { expect } from 'chai'
import { on } from 'node:events'
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createPushplan, type PushplanEvent } from '@pushplan/node'
import { connect, NAVIGATION, visit, visitOn } from '../support/client.js'
import { fastify5 } from '../support/fastify.js'
import { DIST, HTML, html, PLAN, type Running, site } from '../support/site.js'

interface Fuse {
  /** Uses of the request, its stream, session and response so far. */
  uses: number
  readonly blowsAt: number
}

/** `target` as it is, until the fuse blows: then one use of it, or of anything reached through it, throws. */
function fused<T extends object>(target: T, fuse: Fuse, seen = new WeakMap<object, unknown>()): T {
  const wrap = <V>(value: V): V => {
    if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value
    if (!seen.has(value)) seen.set(value, fused(value, fuse, seen))
    return seen.get(value) as V
  }
  return new Proxy(target, {
    get(_, name) {
      fuse.uses += 1
      if (fuse.uses === fuse.blowsAt) throw new Error(`use ${fuse.uses} (${String(name)}) fails`)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : wrap(value)
    },
  })
}

const assets = (request: { url?: string | undefined }, response: { end(body: string): void }) =>
  response.end(`/* ${request.url} */`)

/** A bare server that delivers with fused parts, and answers the page whatever comes of it. */
async function fusedServer(fuse: Fuse, events: PushplanEvent[]) {
  const options = {
    manifest: new URL('.vite/manifest.json', DIST),
    base: '/static/',
    // It stands between Node and the stream itself, where what fails is the stream.
    schedule: false,
    onDelivery: (event: PushplanEvent) => events.push(event),
  }
  const pushplan = createPushplan(options, { handler: assets, warn: () => {} })
  await pushplan.check()
  const server = createServer((request: Http2ServerRequest, response: Http2ServerResponse) => {
    const exchange = pushplan.begin({
      request: fused(request, fuse),
      response: fused(response, fuse),
    })
    exchange.add('/more.css')
    setTimeout(() => {
      const headers: Record<string, string> = { ...html }
      const get = (name: string) => headers[name]
      const append = (name: string, value: string) => void (headers[name] = value)
      exchange.settle(fused({ status: 200, get, append }, fuse))
      response.writeHead(200, headers).end(HTML)
    }, 1)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` }
}

describe('a failure of pushplan', () => {
  it('costs a hint or a push and never the page, whichever use of request, stream, session or response fails', async () => {
    let uses = Number.POSITIVE_INFINITY
    for (let blowsAt = 1; blowsAt <= uses + 1; blowsAt += 1) {
      const fuse: Fuse = { uses: 0, blowsAt }
      const { server, origin } = await fusedServer(fuse, [])
      const session = connect(origin)
      const seen = await visitOn(session)
      expect(seen.status, `use ${blowsAt}`).to.equal(200)
      expect(seen.body.toString(), `use ${blowsAt}`).to.equal(HTML)
      session.close()
      await new Promise((resolve) => server.close(resolve))
      if (fuse.uses < blowsAt) uses = 0
    }
    expect(uses).to.equal(0)
  }).timeout(60_000)

  it('hints what can not be promised, whether that is known at once or only later', async () => {
    for (const later of [false, true]) {
      const events: PushplanEvent[] = []
      const { server, origin } = await fusedServer({ uses: 0, blowsAt: Infinity }, events)
      server.prependListener('stream', (stream) => {
        const failure = new Error('no stream is left')
        stream.pushStream = (_headers: unknown, callback: unknown) => {
          if (!later) throw failure
          if (typeof callback === 'function') process.nextTick(callback, failure)
        }
      })
      const session = connect(origin)
      const { hints, body } = await visitOn(session)
      expect(body.toString()).to.equal(HTML)
      for (const asset of PLAN) expect(hints.join()).to.contain(asset)
      expect(events.filter(({ type }) => type === 'error')).to.have.length(1)
      session.close()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  describe('in the application around it', () => {
    let running: Running | undefined
    afterEach(() => running?.close())

    const listeners = {
      throws: () => {
        throw new Error('throws')
      },
      rejects: () => Promise.reject(new Error('rejects')),
    }
    for (const [how, onDelivery] of Object.entries(listeners)) {
      it(`is survived when onDelivery ${how}`, async () => {
        const warnings = on(process, 'warning')
        running = await fastify5.start(site({ options: { onDelivery } }), 'h2c')
        const seen = await visit(running.origin)
        expect(seen.body.toString()).to.equal(HTML)
        expect(seen.pushes).to.have.length(PLAN.length)
        // What servers before it warn of can be late.
        for await (const [{ message }] of warnings)
          if (message === `A pushplan listener threw: Error: ${how}`) break
      })
    }

    it('is an error event when a handler names an unknown entry', async () => {
      const { default: Fastify } = await import('fastify')
      const { default: pushplan } = await import('@pushplan/fastify')
      const events: PushplanEvent[] = []
      const app = Fastify()
      await app.register(pushplan, { ...site().options, onDelivery: (event) => events.push(event) })
      app.get('/', (_request, reply) => {
        reply.pushplan.entry('idnex.html')
        return reply.type('text/html').send(HTML)
      })
      const answer = await app.inject({ url: '/', headers: NAVIGATION })
      expect(answer.body).to.equal(HTML)
      const errors = events
        .filter((event) => event.type === 'error')
        .map(({ error }) => String(error))
      expect(errors[0]).to.match(/no entry "idnex.html". Did you mean "index.html"\?/)
      await app.close()
    })
  })
})
