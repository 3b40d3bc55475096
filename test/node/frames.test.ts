import pushplan, { type PushplanOptions } from '@pushplan/fastify'
import type { PushplanEvent } from '@pushplan/node'
import { expect } from 'chai'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { Readable } from 'node:stream'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { visit } from '../support/client.js'
import { express5 } from '../support/express.js'
import { fastify5 } from '../support/fastify.js'
import { gate, HTML, html, PLAN, type Running, site, type SiteChanges } from '../support/site.js'
import { ACK, type Frame } from '../support/frames.js'
import { ended, promised, uint32, Wire, type WireOptions } from '../support/wire.js'

const NO_ERROR = 0
const CANCEL = 8

const isHead = (stream: number) => (frame: Frame) =>
  frame.type === 'HEADERS' && frame.stream === stream
const acknowledged = (frames: readonly Frame[]) =>
  frames.filter(({ type, flags }) => type === 'SETTINGS' && flags === ACK).length
/** Larger than the socket takes at once, so that it is still being sent when the first push could be. */
const LARGE = `${HTML}${'<p>.</p>'.repeat(50_000)}`

describe('frames of a first visit', () => {
  let running: Running | undefined
  let wire: Wire | undefined

  const start = async (changes: SiteChanges, options?: WireOptions) => {
    running = await fastify5.start(site(changes), 'h2c')
    wire = new Wire(running.origin, options)
    return wire
  }
  afterEach(async () => {
    wire?.close()
    await running?.close()
  })

  type Pages = Record<string, (reply: FastifyReply) => Promise<string>>
  /** Assets larger than a piece, and pages that do as they like. */
  const fastify = async (
    pages: Pages,
    options: Partial<PushplanOptions> = { routes: { '/page': 'index.html' } },
  ) => {
    const events: PushplanEvent[] = []
    const app = Fastify({ http2: true, forceCloseConnections: true } as object)
    const onDelivery = (event: PushplanEvent) => void events.push(event)
    await app.register(pushplan, { ...site().options, ...options, onDelivery })
    for (const [path, answer] of Object.entries(pages)) {
      app.get(path, (_request, reply) => answer(reply.type('text/html')))
    }
    app.get('/static/*', (_request, reply) =>
      reply.type('text/css').header('cache-control', 'immutable').send(' '.repeat(50_001)),
    )
    return { app, events }
  }
  const listen = async (app: FastifyInstance, events: PushplanEvent[], options: WireOptions) => {
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    running = { origin, events, close: () => app.close() }
    return new Wire(origin, options)
  }

  const page = (body: string, before: Promise<void> = Promise.resolve()): SiteChanges => ({
    routes: {
      '/page': async () => {
        await before
        return { headers: html, body }
      },
    },
    options: { routes: { '/page': 'index.html' } },
  })
  const allEnded = (frames: readonly Frame[]) =>
    ended(frames, 1) &&
    promised(frames).length === PLAN.length &&
    promised(frames).every((id) => ended(frames, id))

  it('has every PUSH_PROMISE on the page stream before the HEADERS of the page', async () => {
    const client = await start(page(HTML))
    client.get(1, '/page')
    await client.until(allEnded)
    const { frames } = client
    const promises = frames.filter(({ type }) => type === 'PUSH_PROMISE')
    expect(promises).to.have.length(PLAN.length)
    expect(promises.every(({ stream }) => stream === 1)).to.equal(true)
    expect(promised(frames).every((id) => id % 2 === 0)).to.equal(true)
    const head = frames.findIndex(({ type, stream }) => type === 'HEADERS' && stream === 1)
    expect(frames.lastIndexOf(promises.at(-1)!)).to.be.lessThan(head)
  })

  for (const [name, body] of [
    ['a small page', HTML],
    ['a page larger than the windows', LARGE],
  ] as const) {
    it(`has all DATA of ${name} before the first pushed DATA`, async () => {
      const client = await start(page(body), { window: 100_000 })
      client.get(1, '/page')
      await client.until((frames) => promised(frames).length > 0)
      // The page needs more window than there is at first.
      const grant = setInterval(() => client.send('WINDOW_UPDATE', 1, uint32(50_000)), 1)
      await client.until(allEnded)
      clearInterval(grant)
      const data = client.frames.filter(({ type }) => type === 'DATA')
      const last = data.findLastIndex(({ stream }) => stream === 1)
      const first = data.findIndex(({ stream }) => stream !== 1)
      expect(last).to.be.lessThan(first)
    })
  }

  it('sends pushes while the handler works, and holds them while the page is sent', async () => {
    const waiting = gate()
    const client = await start(page(HTML, waiting.opened))
    client.get(1, '/page')
    await client.until((frames) => promised(frames).some((id) => ended(frames, id)))
    waiting.open()
    await client.until(allEnded)
    const { frames } = client
    const head = frames.findIndex(({ type, stream }) => type === 'HEADERS' && stream === 1)
    const end = frames.findLastIndex(({ stream }) => stream === 1)
    // What HTTP/2 had been handed already when the page started is one piece of one push at most.
    const between = frames
      .slice(head, end)
      .filter(({ type, stream }) => type === 'DATA' && stream !== 1)
    expect(between.reduce((bytes, { payload }) => bytes + payload.length, 0)).to.be.at.most(16_384)
    const started = frames
      .slice(head, end)
      .filter(({ type, stream }) => type === 'HEADERS' && stream !== 1)
    expect(started.length).to.be.at.most(1)
  })

  it('keeps one promise after the other', async () => {
    const client = await start(page(HTML))
    client.get(1, '/page')
    await client.until(allEnded)
    const pushed = client.frames
      .filter(
        ({ type, stream }) =>
          (type === 'DATA' || type === 'HEADERS') && stream % 2 === 0 && stream > 0,
      )
      .map(({ stream }) => stream)
    expect(pushed).to.deep.equal(pushed.toSorted((a, b) => a - b))
  })

  it('sends what the page shows first before its font and its script', async () => {
    const manifest = new URL('../fixtures/shown-first/index.html', import.meta.url)
    const { app, events } = await fastify({ '/': async () => HTML }, { manifest })
    wire = await listen(app, events, {})
    wire.get(1, '/')
    await wire.until(
      (frames) =>
        promised(frames).length === 4 && promised(frames).every((id) => ended(frames, id)),
    )
    const delivery = events.find((event) => event.type === 'delivery')
    expect(delivery?.push.map(({ url }) => url)).to.deep.equal([
      '/static/a.css',
      '/static/a.png',
      '/static/a.woff2',
      '/static/a.js',
    ])
    const pushed = wire.frames
      .filter(({ type, stream }) => type === 'DATA' && stream % 2 === 0)
      .map(({ stream }) => stream)
    expect(pushed).to.deep.equal(pushed.toSorted((a, b) => a - b))
  })

  it('links the images that its tags name where pages are known to come in parts', async () => {
    const root = new URL('../fixtures/shown-first/', import.meta.url)
    const entry = { file: 'a.js', src: 'index.html', isEntry: true, assets: ['b.png'] }
    async function* parts() {
      for (const part of ['<p>1', '<p>2', '<p>3']) {
        await setTimeout(20)
        yield part
      }
    }
    const streamed = async (reply: FastifyReply) => reply.send(Readable.from(parts()))
    const { app, events } = await fastify(
      { '/in-parts': streamed, '/whole': async () => HTML },
      {
        manifest: { 'index.html': entry },
        root,
        routes: { '/in-parts': 'index.html', '/whole': 'index.html' },
      },
    )
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    running = { origin, events, close: () => app.close() }
    const links = async (path: string) => {
      const { headers } = await visit(origin, { path, settings: { enablePush: false } })
      return String(headers['link']).includes('b.png')
    }
    const seen = { parts: new Array<boolean>(), whole: new Array<boolean>() }
    for (let n = 0; n < 5; n++) {
      seen.parts.push(await links('/in-parts'))
      seen.whole.push(await links('/whole'))
    }
    expect(seen).to.deep.equal({
      parts: [false, false, false, true, true],
      whole: [false, false, false, false, false],
    })
  })

  it('makes one promise at a time to a client that takes one stream at a time', async () => {
    const client = await start(page(HTML), { maxConcurrentStreams: 1 })
    client.get(1, '/page')
    await client.until(
      (frames) => ended(frames, 1) && promised(frames).some((id) => ended(frames, id)),
    )
    expect(promised(client.frames)).to.have.length(1)
    // The next page makes the next one.
    client.get(3, '/page')
    await client.until(
      (frames) =>
        ended(frames, 3) && promised(frames).filter((id) => ended(frames, id)).length === 2,
    )
    const resets = client.frames.filter(({ type }) => type === 'RST_STREAM')
    expect(resets.filter(({ payload }) => payload.readUInt32BE(0) !== NO_ERROR)).to.deep.equal([])
  })

  it('promises nothing where the client takes no stream', async () => {
    const client = await start(page(HTML), { maxConcurrentStreams: 0 })
    await client.until((frames) =>
      frames.some(({ type, flags }) => type === 'SETTINGS' && flags === 1),
    )
    client.get(1, '/page')
    await client.until((frames) => ended(frames, 1))
    expect(promised(client.frames)).to.deep.equal([])
  })

  it('cancels what it has promised when the answer is no page', async () => {
    const client = await start({
      routes: { '/go': () => ({ status: 302, headers: { location: '/' } }) },
      options: { routes: { '/go': 'index.html' } },
    })
    client.get(1, '/go')
    await client.until(allEnded)
    expect(
      client.frames.filter(({ type, stream }) => type === 'DATA' && stream !== 1),
    ).to.deep.equal([])
    const reset = client.frames
      .filter(({ type }) => type === 'RST_STREAM')
      .map(({ stream }) => stream)
    expect(reset).to.have.members(promised(client.frames))
  })

  it('promises up to the limit of concurrent streams, over all pages of the session', async () => {
    const waiting = gate()
    const client = await start(page(HTML, waiting.opened), { maxConcurrentStreams: 2, window: 0 })
    client.get(1, '/page')
    client.get(3, '/page')
    await client.until((frames) => frames.some(isHead(2)))
    waiting.open()
    await client.until((frames) => [1, 3].every((id) => frames.some(isHead(id))))
    expect(promised(client.frames)).to.have.length(2)
  })

  it('promises as ENABLE_PUSH says at the moment, in mid-connection too', async () => {
    const client = await start(page(HTML), { push: false })
    client.get(1, '/page')
    await client.until((frames) => ended(frames, 1))
    expect(promised(client.frames)).to.deep.equal([])
    client.settings({ push: true })
    client.get(3, '/page')
    await client.until((frames) => ended(frames, 3) && promised(frames).length === PLAN.length)
    client.settings({ push: false })
    client.get(5, '/page')
    await client.until((frames) => ended(frames, 5))
    expect(promised(client.frames)).to.have.length(PLAN.length)
  })

  for (const [first, then] of [
    [false, true],
    [true, false],
  ] as const) {
    it(`asks ENABLE_PUSH anew when a handler names its entry after a change to ${Number(then)}`, async () => {
      const [asked, changed] = [gate(), gate()]
      const { app, events } = await fastify(
        {
          '/page': async (reply) => {
            asked.open()
            await changed.opened
            reply.pushplan.entry('index.html')
            return HTML
          },
        },
        { routes: {} },
      )
      wire = await listen(app, events, { push: first })
      wire.get(1, '/page')
      await asked.opened
      wire.settings({ push: then })
      await wire.until((frames) => acknowledged(frames) === 2)
      changed.open()
      await wire.until((frames) => ended(frames, 1))
      expect(promised(wire.frames)).to.have.length(then ? PLAN.length : 0)
      expect(events.filter(({ type }) => type === 'error')).to.deep.equal([])
    })
  }

  for (const schedule of [true, false]) {
    it(`takes back a promise that the client asks for itself before it is kept (schedule: ${schedule})`, async () => {
      const waiting = gate()
      const changes = page(HTML, waiting.opened)
      const options = { ...changes.options, schedule }
      const client = await start({ ...changes, options })
      const [, second = ''] = PLAN
      client.get(1, '/page')
      client.get(3, second, { accept: 'text/css' })
      await client.until((frames) => ended(frames, 3))
      waiting.open()
      await client.until(allEnded)
      const id = promised(client.frames)[1]
      const own = client.frames.filter(({ stream }) => stream === id)
      expect(own.map(({ type }) => type)).to.deep.equal(['RST_STREAM'])
      expect(own[0]?.payload.readUInt32BE(0)).to.equal(CANCEL)
      // It has it now, so the next page does not promise it.
      client.get(5, '/page')
      await client.until((frames) => ended(frames, 5))
      expect(promised(client.frames)).to.have.length(PLAN.length)
      const outcomes = running?.events.flatMap((event) =>
        event.type === 'push' && event.asset.url === second ? [event.outcome] : [],
      )
      expect(outcomes).to.deep.equal(['promised', 'abandoned'])
    })
  }

  it('promises to each origin of a connection what is its own', async () => {
    const client = await start(page(HTML))
    client.get(1, '/page')
    await client.until(allEnded)
    client.get(3, '/page', { ':authority': 'elsewhere' })
    await client.until((frames) => promised(frames).length === 2 * PLAN.length && ended(frames, 3))
  })

  it('goes on with a push that is on its way when the client asks for it itself', async () => {
    const waiting = gate()
    const client = await start(page(HTML, waiting.opened), { window: 10 })
    const [first = ''] = PLAN
    client.get(1, '/page')
    await client.until((frames) =>
      frames.some(({ type, stream }) => type === 'DATA' && stream === 2),
    )
    client.get(3, first, { accept: 'text/css' })
    await client.until((frames) => frames.some(isHead(3)))
    expect(ended(client.frames, 2)).to.equal(false)
    waiting.open()
  })

  for (const framework of [fastify5, express5]) {
    it(`ends page and file with their last bytes for a client that is far (${framework.name})`, async () => {
      const waiting = gate()
      running = await framework.start(site(page(HTML, waiting.opened)), 'h2c')
      wire = new Wire(running.origin, {}, ['SETTINGS'])
      const [, file = ''] = PLAN
      wire.get(1, '/page')
      wire.get(3, file, { accept: 'text/css' })
      await wire.until((frames) => ended(frames, 3))
      waiting.open()
      await wire.until((frames) => ended(frames, 1))
      for (const id of [1, 3]) {
        const last = wire.frames.findLast(({ type, stream }) => type === 'DATA' && stream === id)
        expect(last?.length, `stream ${id}`).to.be.greaterThan(0)
      }
    })
  }

  it('ends a page beside which nothing is asked for with its last bytes', async () => {
    const client = await start({ ...page(HTML), options: { routes: { '/page': false } } })
    client.get(1, '/page')
    await client.until((frames) => ended(frames, 1))
    const data = client.frames.filter(({ type }) => type === 'DATA')
    expect(data.map(({ payload }) => String(payload))).to.deep.equal([HTML])
  })

  it('sends the trailers that a response of known length announces', async () => {
    const { app, events } = await fastify({ '/page': () => new Promise<string>(() => {}) })
    app.get('/sum', (_request, reply) => {
      const { raw } = reply.hijack()
      raw.writeHead(200, { 'content-length': 2, trailer: 'x-sum' })
      raw.addTrailers({ 'x-sum': '42' })
      raw.end('ab')
    })
    wire = await listen(app, events, {})
    wire.get(1, '/page')
    wire.get(3, '/sum', { accept: '*/*' })
    await wire.until((frames) => ended(frames, 3))
    const own = wire.frames.filter(({ stream }) => stream === 3)
    expect(own.map(({ type }) => type)).to.deep.equal(['HEADERS', 'DATA', 'HEADERS'])
  })

  it('counts what was sent of a push before its reset', async () => {
    const { app, events } = await fastify({ '/page': () => new Promise<string>(() => {}) })
    wire = await listen(app, events, { window: 50_000 })
    wire.get(1, '/page')
    const arrived = () =>
      (wire?.frames ?? [])
        .filter(({ type, stream }) => type === 'DATA' && stream === 2)
        .reduce((sum, { length }) => sum + length, 0)
    await wire.until(() => arrived() > 10_000)
    wire.send('RST_STREAM', 2, uint32(CANCEL))
    const ends = () => events.flatMap((event) => (event.type === 'push' ? event : []))
    while (!ends().some(({ outcome }) => outcome === 'cancelled')) {
      await setImmediate()
    }
    const cancelled = ends().find(({ outcome }) => outcome === 'cancelled')
    expect(cancelled?.bytes).to.be.within(1, arrived())
    expect(cancelled?.ms).to.be.greaterThan(0)
  })
})
