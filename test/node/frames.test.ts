import { expect } from 'chai'
import { fastify5 } from '../support/fastify.js'
import { gate, HTML, html, PLAN, type Running, site, type SiteChanges } from '../support/site.js'
import type { Frame } from '../support/frames.js'
import { ended, promised, uint32, Wire, type WireOptions } from '../support/wire.js'

const NO_ERROR = 0
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

  it('keeps every promise to a client that takes one stream at a time', async () => {
    const client = await start(page(HTML), { maxConcurrentStreams: 1 })
    client.get(1, '/page')
    await client.until(allEnded)
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
})
