import { once } from 'node:events'
import type { ServerHttp2Stream } from 'node:http2'
import { SessionScheduler } from '@pushplan/node'
import { expect } from 'chai'
import { endsStream } from '../support/frames.ts'
import { blocked } from '../support/blocked.ts'
import {
  answer,
  dataOf,
  ended,
  endings,
  gather,
  PAGE,
  push,
  runs,
  scenes,
  stopClock,
  until,
} from '../support/scheduled.ts'
import { ended as wireEnded, Wire } from '../support/wire.ts'

const BIG = 200_000
/** What HTTP/2 can interleave, and goes to it whole. */
const FEW_FRAMES = 30_000

/** Answers two requests, the first of which is late. */
const late = ([first, second]: readonly number[]) =>
  gather(2, (streams) => {
    const stream = (id: number | undefined) => streams.find((asked) => asked.id === id)
    answer(stream(second)!, BIG)
    setImmediate(() => answer(stream(first)!, BIG))
  })

describe('scheduler: order', () => {
  const play = scenes()

  it('sends a page before anything that was asked for earlier', async () => {
    const { get, frames } = await play(
      gather(2, ([style, page]) => {
        answer(page!, BIG)
        answer(style!, BIG)
      }),
    )
    await ended(get('/app.css', { priority: 'u=0' }), get('/', PAGE))
    expect(runs(frames.down)).to.deep.equal([3, 1])
  })

  it('knows a page by its accept header where there is no fetch metadata', async () => {
    const { get, frames } = await play(
      gather(2, ([style, page]) => {
        answer(page!, BIG)
        answer(style!, BIG)
      }),
    )
    await ended(get('/app.css', { priority: 'u=0' }), get('/', { accept: 'text/html,*/*;q=0.8' }))
    expect(runs(frames.down)).to.deep.equal([3, 1])
  })

  it('sends by urgency, one after another', async () => {
    const { get, frames } = await play(
      gather(3, (streams) => {
        for (const stream of streams) answer(stream, BIG)
      }),
    )
    const asked = ['u=5', 'u=0', 'u=3'].map((priority) => get('/', { priority }))
    await ended(...asked)
    expect(endings(frames.down)).to.deep.equal([3, 5, 1])
    const order = runs(frames.down)
    expect(order.indexOf(5), 'after the last of 3').to.be.greaterThan(order.lastIndexOf(3))
    expect(order.slice(order.indexOf(5))).to.deep.equal([5, 1])
  })

  it('keeps the order of asking among equals', async () => {
    const { get, frames } = await play(
      gather(3, (streams) => {
        for (const stream of streams) answer(stream, BIG)
      }),
    )
    await ended(...['/a', '/b', '/c'].map((path) => get(path, { priority: 'u=3' })))
    expect(runs(frames.down)).to.deep.equal([1, 3, 5])
    expect(endings(frames.down)).to.deep.equal([1, 3, 5])
  })

  it('lets those share of which nobody says how urgent they are', async () => {
    const { get, frames } = await play(
      gather(2, (streams) => {
        for (const stream of streams) answer(stream, 4 * BIG)
      }),
    )
    await ended(...['/a', '/b'].map((path) => get(path)))
    expect(runs(frames.down).length).to.be.greaterThan(2)
  })

  it('lets incremental ones of equal urgency share', async () => {
    const { get, frames } = await play(
      gather(2, (streams) => {
        for (const stream of streams) answer(stream, 4 * BIG)
      }),
    )
    await ended(get('/a', { priority: 'u=5, i' }), get('/b', { priority: 'u=5, i' }))
    const firstEnd = frames.down.findIndex(endsStream)
    expect(new Set(runs(frames.down.slice(0, firstEnd)))).to.deep.equal(new Set([1, 3]))
    expect(runs(frames.down).length).to.be.greaterThan(4)
  })

  it('lets them share for a client that is far, too', async () => {
    stopClock()
    const { origin } = await play(
      gather(2, (streams) => {
        for (const stream of streams) {
          stream.respond({ ':status': 200 })
          for (let part = 0; part < 8; part++) stream.write(Buffer.alloc(50_000))
          stream.end()
        }
      }),
    )
    // Its round trip is not known: as if it were long.
    const wire = new Wire(origin, {}, ['SETTINGS'])
    for (const [id, path] of [
      [1, '/a'],
      [3, '/b'],
    ] as const)
      wire.get(id, path, { accept: '*/*', priority: 'u=5, i' })
    await wire.until((seen) => wireEnded(seen, 1) && wireEnded(seen, 3))
    wire.close()
    const firstEnd = wire.frames.findIndex((frame) => frame.stream > 0 && endsStream(frame))
    expect(runs(wire.frames.slice(0, firstEnd)).length).to.be.greaterThan(4)
  })

  it('takes the urgency from the response where it has a priority header', async () => {
    const { get, frames } = await play(
      gather(2, ([first, second]) => {
        answer(first!, BIG, { priority: 'u=6' })
        answer(second!, BIG, { priority: 'u=1' })
      }),
    )
    await ended(get('/a', { priority: 'u=0' }), get('/b', { priority: 'u=7' }))
    expect(endings(frames.down)).to.deep.equal([3, 1])
  })

  for (const priority of ['u=1', 'u=3', undefined])
    it(`ends each of what goes to the socket together before the next (priority: ${priority})`, async () => {
      const { get, frames } = await play(
        gather(12, (streams) => {
          for (const stream of streams) {
            stream.respond({ ':status': 200, 'content-length': FEW_FRAMES })
            stream.end(Buffer.alloc(FEW_FRAMES))
          }
        }),
      )
      const headers = priority === undefined ? { 'sec-fetch-dest': 'script' } : { priority }
      await ended(...Array.from({ length: 12 }, (_, n) => get(`/${n}`, headers)))
      const inOrder = Array.from({ length: 12 }, (_, n) => 2 * n + 1)
      expect(runs(frames.down)).to.deep.equal(inOrder)
      expect(endings(frames.down)).to.deep.equal(inOrder)
    })

  it('takes it from there for what goes whole, too', async () => {
    const { get, frames } = await play(
      gather(2, ([first, second]) => {
        answer(first!, FEW_FRAMES, { 'content-length': FEW_FRAMES, priority: 'u=0' })
        answer(second!, FEW_FRAMES, { 'content-length': FEW_FRAMES })
      }),
    )
    await ended(get('/a', { priority: 'u=4' }), get('/b', { priority: 'u=2' }))
    expect(runs(frames.down)).to.deep.equal([1, 3])
  })

  it('sends what goes whole by an urgency that HTTP/2 is not told', async () => {
    const { get, frames } = await play(
      gather(2, ([script, style]) => {
        const headers = { 'content-length': FEW_FRAMES }
        for (const stream of [style!, script!]) {
          stream.respond(headers)
          stream.end(Buffer.alloc(FEW_FRAMES))
        }
      }),
    )
    await ended(...['script', 'style'].map((to) => get('/', { 'sec-fetch-dest': to })))
    expect(runs(frames.down)).to.deep.equal([3, 1])
  })

  it('takes the urgency from the content type where nobody says it', async () => {
    const { get, frames } = await play(
      gather(2, ([image, style]) => {
        answer(image!, BIG, { 'content-type': 'image/png' })
        answer(style!, BIG, { 'content-type': 'text/css' })
      }),
    )
    await ended(get('/a'), get('/b'))
    expect(endings(frames.down)).to.deep.equal([3, 1])
  })

  it('sends pushes of equal urgency in plan order, after the page', async () => {
    const { get, frames } = await play((page) => {
      for (const path of ['/a', '/b', '/c'])
        push(page, path, { urgency: 1, body: Buffer.alloc(40_000) })
      answer(page, 3000)
    })
    const page = get('/', PAGE)
    await once(page, 'end')
    while (endings(frames.down).length < 4) await new Promise(setImmediate)
    expect(runs(frames.down)).to.deep.equal([1, 2, 4, 6])
    expect(endings(frames.down)).to.deep.equal([1, 2, 4, 6])
  })

  it('ends each before it begins the next, the page with its last bytes', async () => {
    const { get, frames } = await play((page) => {
      for (const path of ['/a', '/b']) push(page, path, { urgency: 1, body: Buffer.alloc(24_000) })
      setImmediate(() => answer(page, 6000))
    })
    await once(get('/', PAGE), 'end')
    while (endings(frames.down).length < 3) await new Promise(setImmediate)
    const data = frames.down.filter(({ type }) => type === 'DATA')
    const end = (id: number) => data.findIndex((frame) => frame.stream === id && endsStream(frame))
    const begin = (id: number) => data.findIndex(({ stream }) => stream === id)
    expect(end(2)).to.be.lessThan(begin(4))
    expect(data[end(1)]?.length).to.be.greaterThan(0)
  })

  for (const [what, first, second, order] of [
    ['what is more urgent', 'u=1', 'u=0', [3, 1]],
    ['what is as urgent, and was asked for before', 'u=1', 'u=1', [1, 3]],
  ] as const)
    it(`waits a little for ${what}, and has just been asked for from afar`, async () => {
      stopClock()
      const { origin } = await play(late(order))
      // Its round trip is not known: as if it were long.
      const wire = new Wire(origin, {}, ['SETTINGS'])
      wire.get(1, '/a', { accept: '*/*', priority: first })
      wire.get(3, '/b', { accept: '*/*', priority: second })
      await wire.until((seen) => wireEnded(seen, 1) && wireEnded(seen, 3))
      wire.close()
      expect(runs(wire.frames)).to.deep.equal(order)
    })

  it('waits for nothing that a client has asked for which is near', async () => {
    stopClock()
    const { get, frames } = await play(late([1, 3]))
    await ended(get('/a', { priority: 'u=1' }), get('/b', { priority: 'u=1' }))
    expect(runs(frames.down)).to.deep.equal([3, 1])
  })

  for (const priority of ['u=4', 'u=5, i'])
    it(`keeps the order where the headers of the second (${priority}) went before those of the first`, async () => {
      stopClock()
      const { get, frames } = await play(
        gather(2, ([first, second]) => {
          second!.respond({ ':status': 200, 'content-length': 6000 })
          setImmediate(() => {
            answer(first!, 14_000, { 'content-length': 14_000 })
            second!.end(Buffer.alloc(6000))
          })
        }),
      )
      await ended(get('/a', { priority: 'u=4' }), get('/b', { priority }))
      expect(endings(frames.down)).to.deep.equal([1, 3])
    })

  it('keeps the order behind what has been sent whole to a connection that takes nothing', async () => {
    const streams: ServerHttp2Stream[] = []
    const { client, block, unblock } = await blocked((stream) => streams.push(stream))
    const order: number[] = []
    const asked = ['u=0', 'u=5', 'u=3'].map((priority) => {
      const stream = client.request({ priority })
      return stream.on('data', () => order.at(-1) !== stream.id && order.push(stream.id!))
    })
    await until(() => streams.length === 3)
    block()
    for (const [n, stream] of streams.entries()) {
      answer(stream, FEW_FRAMES, { 'content-length': FEW_FRAMES })
      if (n === 0) await until(() => stream.closed)
      else await until(() => stream.writableLength > 0)
    }
    unblock()
    await ended(...asked)
    client.destroy()
    expect(order).to.deep.equal([1, 5, 3])
  })

  it('ends what goes in pieces before it begins what would fit beside them', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream) => {
      page = stream
      push(stream, '/a', { urgency: 1, body: Buffer.alloc(14_000) })
      push(stream, '/b', { urgency: 1, body: Buffer.alloc(1000) })
    })
    const asked = get('/', PAGE)
    while (endings(frames.down).length < 2) await new Promise(setImmediate)
    expect(endings(frames.down)).to.deep.equal([2, 4])
    answer(page!, 10)
    await ended(asked)
  })

  it('lets nothing pass the last part of a body, written and ended while the first is on its way', async () => {
    const { server, get, frames } = await play(
      gather(3, ([first, font, script]) => {
        answer(first!, BIG)
        font!.respond({ ':status': 200, 'content-length': 24_000 })
        font!.write(Buffer.alloc(16_000))
        answer(script!, 14_000, { 'content-length': 14_000 })
      }),
    )
    server.prependListener('stream', (stream, headers) => {
      if (headers[':path'] !== '/font') return
      const { _write } = stream
      stream._write = (...args) => {
        _write.apply(stream, args)
        if (!stream.writableEnded) process.nextTick(() => stream.end(Buffer.alloc(8000)))
      }
    })
    const asked = [
      get('/first', { priority: 'u=0' }),
      get('/font', { priority: 'u=1' }),
      get('/script', { priority: 'u=4' }),
    ]
    await ended(...asked)
    expect(endings(frames.down)).to.deep.equal(asked.map(({ id }) => id))
  })

  it('orders pushes and requests alike', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/') {
        page = stream
        return
      }
      push(page!, '/font', { urgency: 1, body: Buffer.alloc(BIG) })
      setImmediate(() => answer(stream, BIG))
      setImmediate(() => answer(page!, 100))
    })
    const asked = [get('/', PAGE), get('/app.css', { priority: 'u=0' })]
    await ended(...asked)
    while (endings(frames.down).length < 3) await new Promise(setImmediate)
    expect(endings(frames.down)).to.deep.equal([1, 3, 2])
  })

  it('uses the pauses of a page that streams, and yields when it goes on', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream) => {
      page = stream
      push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
      stream.respond({ ':status': 200 })
      stream.write('<html>')
    })
    const asked = get('/', PAGE)
    while (!runs(frames.down).includes(2)) await new Promise(setImmediate)
    page!.end('</html>')
    await ended(asked)
    while (endings(frames.down).length < 2) await new Promise(setImmediate)
    expect(endings(frames.down)).to.deep.equal([1, 2])
    expect(dataOf(frames.down).reduce((sum, { length }) => sum + length, 0)).to.equal(BIG + 13)
  })

  it('lets the page pass a large body that nobody had a reason to hold', async () => {
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/large') answer(stream, 20_000_000)
      else answer(stream, 1000)
    })
    const large = get('/large')
    await once(large, 'data')
    large.pause() // its window fills up
    await ended(get('/', PAGE))
    large.resume()
    await ended(large)
    expect(endings(frames.down)).to.deep.equal([3, 1])
  })

  it('gives responses that starve a turn, one after another', async () => {
    const pass = stopClock()
    let endless: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/small') return answer(stream, 1000)
      endless = stream
      stream.respond({ ':status': 200 })
      const chunk = Buffer.alloc(20_000)
      const more = () => {
        if (!stream.closed) stream.write(chunk, more)
      }
      more()
    })
    await once(get('/endless', { priority: 'u=0' }), 'data')
    const small = [1, 2].map(() => get('/small', { priority: 'u=7' }))
    await Promise.all(small.map((stream) => once(stream, 'response')))
    pass(2001)
    await ended(small[0]!)
    expect(endings(frames.down)).to.deep.equal([3])
    pass(501)
    await ended(small[1]!)
    expect(endings(frames.down)).to.deep.equal([3, 5])
    endless!.close()
  })

  it('leaves a server alone that is not scheduled', async () => {
    let found: SessionScheduler | undefined
    const { get } = await play(
      (stream) => {
        found = SessionScheduler.find(stream)
        answer(stream, 10)
      },
      { scheduled: false },
    )
    await ended(get('/'))
    expect(found).to.equal(undefined)
  })
})
