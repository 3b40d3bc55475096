import { once } from 'node:events'
import type { ServerHttp2Stream } from 'node:http2'
import { expect } from 'chai'
import { SessionScheduler } from '@pushplan/node'
import { ACK, endsStream, type Frame, isPing } from '../support/frames.ts'
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

const BIG = 400_000

/** A path whose times no other test has taught. */
const NEVER_ASKED = '/never-asked'

const SEGMENT = 1448
const SHORT_WINDOW = 20_000
const SHORT = { client: { settings: { initialWindowSize: SHORT_WINDOW } } }

const sum = (frames: readonly { length: number }[]) =>
  frames.reduce((total, { length }) => total + length, 0)

describe('scheduler: pacing', () => {
  const play = scenes()

  it('keeps a window of what the client has not acknowledged while the handler thinks', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream) => {
      page = stream
      frames.hold()
      push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
    })
    const asked = get(`${NEVER_ASKED}/window`, PAGE)
    await until(() => sum(dataOf(frames.down)) > 2 * 1448)
    answer(page!, 1000)
    await until(() => endings(frames.down).includes(1))
    const untilPage = frames.down.slice(
      0,
      frames.down.findIndex(({ type, stream }) => type === 'DATA' && stream === 1),
    )
    expect(sum(dataOf(untilPage))).to.be.at.most(14_600)
    frames.release()
    await ended(asked)
    await until(() => endings(frames.down).includes(2))
    expect(endings(frames.down)).to.deep.equal([1, 2])
  })

  it("keeps room in TCP's first window for a page of which nothing is known", async () => {
    let page: ServerHttp2Stream | undefined
    const { origin } = await play((stream) => {
      page = stream
      push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
    })
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    wire.get(1, `${NEVER_ASKED}/first`)
    await wire.until((frames) => sum(dataOf(frames)) >= 5 * SEGMENT)
    answer(page!, 1000)
    await wire.until((frames) => wireEnded(frames, 1))
    const before = wire.frames.slice(
      0,
      wire.frames.findIndex(({ type, stream }) => type === 'DATA' && stream === 1),
    )
    wire.close()
    expect(sum(dataOf(before))).to.equal(5 * SEGMENT)
  })

  it('keeps little of it for a page that is due long after the first answer', async () => {
    const path = '/due/later'
    const pass = stopClock()
    let page: ServerHttp2Stream | undefined
    const { get, origin } = await play((stream, headers) => {
      if (headers[':path'] === path) page = stream
      if (headers['first'] !== undefined)
        push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
    })
    for (let visit = 0; visit < 3; visit++) {
      page = undefined
      const asked = get(path, PAGE)
      const beside = get('/beside')
      await until(() => page !== undefined)
      pass(200)
      answer(page!, 10_000)
      await ended(asked)
      beside.close()
    }
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    wire.get(1, path, { ...PAGE, first: 'visit' })
    await wire.until((frames) => sum(dataOf(frames)) >= 7 * SEGMENT)
    wire.close()
  })

  it('does not count on what TCP can let go only when the next part of a page comes', async () => {
    const path = '/parts/known'
    const pass = stopClock()
    let page: ServerHttp2Stream | undefined
    const { get, origin } = await play((stream, headers) => {
      if (headers[':path'] !== path) return
      page = stream
      if (headers['first'] !== undefined)
        push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
      setImmediate(() => {
        stream.respond({ ':status': 200 })
        stream.write('x'.repeat(1000))
      })
    })
    const part = (of = page) => (pass(50), of!.write('x'.repeat(1000)))
    for (let visit = 0; visit < 3; visit++) {
      page = undefined
      const beside = get('/beside')
      const asked = get(path, PAGE)
      await once(asked, 'data')
      for (let parts = 0; parts < 2; parts++) {
        part()
        await once(asked, 'data')
      }
      page!.end()
      await ended(asked)
      beside.close()
    }
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    await wire.until((frames) => frames.some(({ type }) => type === 'SETTINGS'))
    pass(50)
    wire.get(1, path, { ...PAGE, first: 'visit' })
    const parts = (frames: readonly Frame[]) => dataOf(frames).filter(({ stream }) => stream === 1)
    const pushed = () => sum(dataOf(wire.frames)) - sum(parts(wire.frames))
    await wire.until(() => pushed() >= 7 * SEGMENT)
    part()
    await wire.until((frames) => parts(frames).length === 2)
    const before = pushed()
    // A round trip of 100 ms: what was sent first is acknowledged when the third part is due.
    wire.send('SETTINGS', 0, Buffer.alloc(0), ACK)
    wire.send('PING', 0, Buffer.alloc(8))
    await wire.until((frames) => frames.some((frame) => frame.type === 'PING' && !isPing(frame)))
    part()
    await wire.until((frames) => parts(frames).length === 3)
    expect(pushed()).to.equal(before)
    wire.close()
  })

  describe('of a link so fast that noise hides how fast it is', () => {
    /** Of the first part, with its headers, which took 2.5 ms at most. */
    const RATE = 1600 / 2.5

    /**
     * What a client that is 40 ms away is sent before the second part of a page, which it has been
     * sent thrice, `pause` ms after the first. It asks for the stylesheet when it has the first.
     */
    async function sentBefore(pause: number): Promise<readonly Frame[]> {
      const path = `/parts/${pause}`
      const pass = stopClock()
      let page: ServerHttp2Stream
      const { get, origin } = await play((stream, headers) => {
        if (headers[':path'] === '/style') return answer(stream, BIG)
        page = stream
        SessionScheduler.find(stream)?.expect(stream)
        stream.respond({ ':status': 200, 'content-type': 'text/html' })
        stream.write('x'.repeat(1500))
      })
      for (let visit = 0; visit < 3; visit++) {
        const asked = get(path, PAGE)
        await once(asked, 'data')
        pass(pause)
        page!.end('x')
        await ended(asked)
      }
      const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
      await wire.until((frames) => frames.some(({ type }) => type === 'SETTINGS'))
      pass(40)
      wire.send('SETTINGS', 0, Buffer.alloc(0), ACK)
      wire.get(1, path, PAGE)
      await wire.until((frames) => frames.some(isPing))
      pass(40)
      wire.send('PING', 0, wire.frames.find(isPing)!.payload, ACK)
      wire.get(3, '/style', { 'sec-fetch-dest': 'style', priority: 'u=0' })
      await wire.until((frames) => dataOf(frames).some(({ stream }) => stream === 3))
      pass(pause - 40)
      page!.end('x')
      await wire.until((frames) => endings(frames).includes(1))
      wire.close()
      return wire.frames
    }

    it('tries little more than it is known to take where a page is about to go on', async () => {
      const style = dataOf(await sentBefore(50)).filter(({ stream }) => stream === 3)
      // The page may be 2 ms late, or 4 where the link is no faster.
      expect(sum(style)).to.be.below((50 - 40 + 4) * RATE)
    })

    it('asks again behind what takes longer than noise does', async () => {
      expect((await sentBefore(46)).filter(isPing)).to.have.lengthOf(2)
    })
  })

  it('lets those that share take turns of a frame, however small the pieces are', async () => {
    stopClock()
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/a' || headers[':path'] === '/b') answer(stream, 15_000)
      else page = stream
    })
    const asked = get(`${NEVER_ASKED}/turns`, PAGE)
    await ended(...['/a', '/b'].map((path) => get(path, { priority: 'u=1, i' })))
    answer(page!, 1000)
    await ended(asked)
    const pieces = dataOf(frames.down).filter(({ stream }) => stream === 3)
    expect(pieces.length).to.be.greaterThan(1)
    expect(runs(frames.down)).to.deep.equal([3, 5, 1])
  })

  it('ends one of those that share before the next goes on, for a client that is far', async () => {
    let page: ServerHttp2Stream | undefined
    const { origin } = await play((stream, headers) => {
      if (headers[':path'] === '/a' || headers[':path'] === '/b') answer(stream, 60_000)
      else page = stream
    })
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    wire.get(1, `${NEVER_ASKED}/ends`)
    for (const [id, path] of [
      [3, '/a'],
      [5, '/b'],
    ] as const)
      wire.get(id, path, { accept: '*/*', priority: 'u=1, i' })
    await wire.until((frames) => dataOf(frames).length > 0)
    answer(page!, 1000)
    await wire.until((frames) => [1, 3, 5].every((id) => wireEnded(frames, id)))
    wire.close()
    const end = wire.frames.findIndex((frame) => frame.stream === 3 && endsStream(frame))
    expect(runs(wire.frames.slice(0, end))).to.not.include(5)
  })

  it('opens the window by what the client acknowledges, though the page never comes', async () => {
    const { get, frames } = await play((stream) => {
      push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
    })
    get('/', PAGE)
    await until(() => endings(frames.down).includes(2))
    expect(sum(dataOf(frames.down))).to.equal(BIG)
  })

  it('has one PING outstanding at most', async () => {
    const { get, frames } = await play((stream) => {
      for (const path of ['/a', '/b', '/c'])
        push(stream, path, { urgency: 0, body: Buffer.alloc(BIG) })
    })
    get('/', PAGE)
    await until(() => endings(frames.down).length === 3)
    let outstanding = 0
    let asked = 0
    for (const frame of frames.all) {
      if (frame.type !== 'PING') continue
      if (frame.from === 'server' && isPing(frame)) {
        asked += 1
        outstanding += 1
      }
      if (frame.from === 'client' && !isPing(frame)) outstanding -= 1
      expect(outstanding).to.be.at.most(1)
    }
    expect(asked).to.be.greaterThan(0)
  })

  it('sends no PING where nothing is at stake', async () => {
    const { get, frames } = await play((stream, headers) => {
      answer(stream, headers[':path'] === '/' ? 1000 : BIG)
    })
    await ended(get('/', PAGE))
    await ended(get('/a'))
    await ended(get('/b', { priority: 'u=1' }))
    expect(frames.down.filter(isPing)).to.deep.equal([])
  })

  it('sends no PING about a response that has nothing to send, though others wait for it', async () => {
    const pass = stopClock()
    let first: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] !== '/a') return answer(stream, 1000)
      first = stream
      stream.respond({ ':status': 200 })
      stream.write('x'.repeat(1000))
    })
    const asked = get('/a', { priority: 'u=0' })
    await until(() => dataOf(frames.down).length > 0)
    const second = get('/b', { priority: 'u=5' })
    await once(second, 'response')
    pass(6)
    await ended(second)
    first?.end()
    await ended(asked)
    expect(frames.down.filter(isPing)).to.deep.equal([])
  })

  it('asks about the link behind the first part of a page beside which others are expected', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream) => {
      page = stream
      SessionScheduler.find(stream)?.expect(stream)
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.write('x'.repeat(1000))
    })
    const asked = get('/', PAGE)
    await until(() => frames.down.some(isPing))
    const at = frames.down.findIndex(isPing)
    expect(sum(dataOf(frames.down.slice(0, at)))).to.equal(1000)
    page?.end()
    await ended(asked)
  })

  const pauses = [
    { of: 'its handler', learnt: true },
    { of: 'its client, who takes no more', learnt: false },
  ]
  for (const { of, learnt } of pauses) {
    const verb = learnt ? 'fills' : 'does not expect'
    it(`${verb} a pause as long as a page has made before because of ${of}`, async () => {
      const path = `/pause-of/${learnt ? 'handler' : 'client'}`
      const pass = stopClock()
      for (let visit = 0; visit < 3; visit++) {
        const visited = await play((stream) => {
          SessionScheduler.find(stream)?.expect(stream)
          stream.respond({ ':status': 200, 'content-type': 'text/html' })
          stream.write(Buffer.alloc(2 * SHORT_WINDOW, 'x'), () => {
            if (learnt) pass(300)
            stream.end('x')
          })
        }, SHORT)
        const page = visited.get(path, PAGE).pause()
        await until(() => sum(dataOf(visited.frames.down)) === SHORT_WINDOW)
        if (!learnt) pass(300)
        await ended(page.resume())
        await visited.close()
      }
      let page: ServerHttp2Stream | undefined
      const { get, frames } = await play((stream) => {
        page = stream
        frames.hold()
        SessionScheduler.find(stream)?.expect(stream)
        stream.respond({ ':status': 200, 'content-type': 'text/html' })
        stream.write('x')
        push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
      })
      const asked = get(path, PAGE)
      await until(() => sum(dataOf(frames.down)) > (learnt ? 9 : 8) * SEGMENT)
      page?.end('y')
      await until(() => endings(frames.down).includes(1))
      const end = frames.down.findIndex((frame) => endsStream(frame) && frame.stream === 1)
      const before = sum(dataOf(frames.down.slice(0, end)))
      if (learnt) expect(before).to.be.greaterThan(9 * SEGMENT)
      else expect(before).to.be.at.most(9 * SEGMENT)
      frames.release()
      await ended(asked)
    })
  }

  it('asks nothing behind a page that is whole', async () => {
    const { get, frames } = await play((stream) => {
      SessionScheduler.find(stream)?.expect(stream)
      answer(stream, 1000)
    })
    await ended(get('/', PAGE))
    await ended(get('/again', PAGE))
    expect(frames.down.filter(isPing)).to.deep.equal([])
  })

  it('does not pace once the page is out', async () => {
    const { get, frames } = await play((page) => {
      answer(page, 1000)
      page.once('finish', () => frames.hold())
      push(page, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
    })
    const asked = get('/', PAGE)
    await ended(asked)
    await until(() => endings(frames.down).includes(2))
    expect(sum(dataOf(frames.down))).to.equal(BIG + 1000)
    frames.release()
  })

  it('sends a client that is far no more than a window ahead of what is to come first, and no longer for ever', async () => {
    const pass = stopClock()
    const { origin } = await play((stream, headers) => {
      if (headers[':path'] === '/big') answer(stream, BIG)
      else asked.push(stream)
    })
    const asked: ServerHttp2Stream[] = []
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    const sent = () => sum(dataOf(wire.frames))
    wire.get(1, '/font', { accept: '*/*', priority: 'u=1' })
    wire.get(3, '/script', { accept: '*/*', priority: 'u=2' })
    wire.get(5, '/big', { accept: '*/*', priority: 'u=5' })
    await wire.until(() => asked.length === 2 && wire.frames.some(({ stream }) => stream === 5))
    expect(sent()).to.equal(0)
    pass(21)
    await wire.until((frames) => frames.some(isPing))
    answer(asked[0]!, 1000)
    await wire.until((frames) => wireEnded(frames, 1))
    expect(sent()).to.be.within(2 * SEGMENT, 14_600)
    pass(101)
    await wire.until((frames) => wireEnded(frames, 5))
    wire.close()
    expect(sent()).to.equal(BIG + 1000)
  })

  it('paces before what is more urgent though it was asked for right after what is not', async () => {
    const pass = stopClock()
    const asked: ServerHttp2Stream[] = []
    const { origin } = await play((stream, headers) => {
      if (headers[':path'] === '/font') asked.push(stream)
      else answer(stream, headers[':path'] === '/first' ? 1000 : BIG)
    })
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    wire.get(1, '/first', { accept: '*/*', priority: 'u=5' })
    await wire.until((frames) => wireEnded(frames, 1))
    wire.get(3, '/font', { accept: '*/*', priority: 'u=1' })
    wire.get(5, '/big', { accept: '*/*', priority: 'u=5' })
    await wire.until((frames) => asked.length === 1 && frames.some(({ stream }) => stream === 5))
    pass(21)
    await wire.until((frames) => frames.some(isPing))
    answer(asked[0]!, 1000)
    await wire.until((frames) => wireEnded(frames, 3))
    wire.close()
    expect(sum(dataOf(wire.frames))).to.be.at.most(14_600 + 1000)
  })

  it('sends what comes first although the event loop has been too busy to wait for it', async () => {
    const pass = stopClock()
    const asked: ServerHttp2Stream[] = []
    const { origin } = await play((stream) => void asked.push(stream))
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    wire.get(1, '/script', { accept: '*/*', priority: 'u=4' })
    wire.get(3, '/font', { accept: '*/*', priority: 'u=1' })
    await until(() => asked.length === 2)
    pass(50)
    for (const stream of asked) setImmediate(() => answer(stream, 2000))
    await wire.until((frames) => wireEnded(frames, 1) && wireEnded(frames, 3))
    wire.close()
    expect(endings(wire.frames)).to.deep.equal([3, 1])
  })

  it('asks about a link that has been sent much before anything was to come first', async () => {
    const pass = stopClock()
    const { origin } = await play((stream, headers) => {
      if (headers[':path'] !== '/poll') answer(stream, BIG)
    })
    const wire = new Wire(origin, {}, ['SETTINGS'])
    wire.get(1, '/css', { accept: '*/*', priority: 'u=0' })
    wire.get(3, '/image', { accept: '*/*', priority: 'u=5' })
    await wire.until((frames) => wireEnded(frames, 1) && wireEnded(frames, 3))
    pass(500)
    wire.get(5, '/poll', { accept: '*/*', priority: 'u=1' })
    wire.get(7, '/next', { accept: '*/*', priority: 'u=5' })
    await wire.until((frames) => frames.some(({ stream }) => stream === 7))
    pass(21)
    await wire.until((frames) => wireEnded(frames, 7))
    wire.close()
  })

  it('keeps backpressure to the source of what waits', async () => {
    let page: ServerHttp2Stream | undefined
    let accepted = 0
    let drained = 0
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] !== '/stream') page = stream
      else {
        frames.hold()
        stream.respond({ ':status': 200 })
        const more = () => {
          while (accepted < 200 && stream.write(Buffer.alloc(10_000))) accepted += 1
          if (accepted >= 200) stream.end()
        }
        stream.on('drain', () => ((drained += 1), more()))
        more()
      }
    })
    const asked = [get(`${NEVER_ASKED}/backpressure`, PAGE), get('/stream')]
    await once(asked[1]!, 'data')
    expect(accepted).to.be.lessThan(10)
    answer(page!, 10)
    frames.release()
    await ended(...asked)
    expect(drained).to.be.greaterThan(10)
  })

  it('keeps it also where an application answers a second time, and is told that it can not', async () => {
    const seen: ServerHttp2Stream[] = []
    let accepted = 0
    const { origin } = await play((stream, headers) => {
      seen.push(stream)
      if (headers[':path'] !== '/stream') return
      stream.respond({ ':status': 200, 'content-length': 200 * 10_000 })
      expect(() => stream.respond({ 'content-length': 10 })).to.throw()
      const more = () => {
        while (accepted < 200 && stream.write(Buffer.alloc(10_000))) accepted += 1
        if (accepted >= 200) stream.end()
      }
      stream.on('drain', more)
      more()
    })
    const wire = new Wire(origin, {}, ['SETTINGS', 'PING'])
    wire.get(1, `${NEVER_ASKED}/twice`)
    wire.get(3, '/stream', { accept: '*/*' })
    await until(() => seen.length === 2)
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    wire.close()
    expect(accepted).to.be.lessThan(20)
  })

  // A megabyte waits at most, with the chunk that each source is waiting to get rid of.
  for (const [count, chunks] of [
    [10, 10 * 3],
    [40, 64 - 40],
  ] as const)
    it(`reads ahead what ${count} responses have to say while they wait, and not without bounds`, async () => {
      let accepted = -count
      const { get, frames } = await play(
        gather(1 + count, ([first, ...others]) => {
          frames.hold()
          answer(first!, BIG * 50) // more than its window takes
          for (const stream of others) {
            stream.respond({ ':status': 200 })
            const more = (error?: Error | null) => {
              if (error) return
              accepted += 1
              stream.write(Buffer.alloc(16_384), more)
            }
            more()
          }
        }),
      )
      get('/first', { priority: 'u=0' })
      for (let n = 0; n < count; n++) get(`/${n}`, { priority: 'u=3' })
      await until(() => accepted >= chunks)
      for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
      expect(accepted).to.equal(chunks)
    })
})
