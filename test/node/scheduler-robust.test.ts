import { createHash } from 'node:crypto'
import { on, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schedule, SessionScheduler } from '@pushplan/node'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  answer,
  dataOf,
  ended,
  endings,
  gather,
  PAGE,
  push,
  scenes,
  stopClock,
  until,
} from '../support/scheduled.ts'

const BIG = 300_000
const BODY = Buffer.from(Array.from({ length: BIG }, (_, n) => (n * 7919) % 251))
/** A window shorter than the body, so that none is over before it can be reset. */
const SHORT = { client: { settings: { initialWindowSize: 50_000 } } }
const VERY_SHORT = { client: { settings: { initialWindowSize: 20_000 } } }
const hashOf = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')

/** Not while it reads: Node 20's own client would go on with a stream that it has freed. */
async function destroy(client: ClientHttp2Session): Promise<void> {
  await new Promise(setImmediate)
  client.destroy()
}

async function bodyOf(stream: ClientHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Writes `part`, and waits for `moment` before what follows. */
async function write(stream: ServerHttp2Stream, part: Buffer, moment: string): Promise<void> {
  if (moment === 'taken') return new Promise((resolve) => stream.write(part, () => resolve()))
  const full = !stream.write(part)
  if (moment === 'drain' && full) await once(stream, 'drain')
  if (moment === 'nextTick') await new Promise<void>((resolve) => process.nextTick(resolve))
  if (moment === 'setImmediate') await new Promise(setImmediate)
  if (moment === 'later') await new Promise((resolve) => setTimeout(resolve, 7))
}

describe('scheduler: whatever happens', () => {
  const play = scenes()

  const writers: Record<string, (stream: ServerHttp2Stream) => void> = {
    'end() of all': (stream) => stream.end(BODY),
    'write() and end()': (stream) => {
      for (let at = 0; at < BIG; at += 7001) stream.write(BODY.subarray(at, at + 7001))
      stream.end()
    },
    'a large write() and an end() with more': (stream) => {
      stream.write(BODY.subarray(0, 200_000))
      stream.end(BODY.subarray(200_000))
    },
    'corked writes': (stream) => {
      stream.cork()
      for (let at = 0; at < BIG; at += 90_000) stream.write(BODY.subarray(at, at + 90_000))
      stream.uncork()
      stream.end()
    },
  }
  for (const [name, write] of Object.entries(writers)) {
    for (const head of [{}, { 'content-length': String(BIG) }]) {
      const how = 'content-length' in head ? 'with a content-length' : 'without'
      it(`delivers a body whole that is written by ${name}, ${how}`, async () => {
        const { client } = await play((stream) => {
          stream.respond({ ':status': 200, ...head })
          write(stream)
        })
        // Several at once, so that they wait for each other.
        const bodies = await Promise.all([1, 2, 3].map(() => bodyOf(client.request({}))))
        expect(bodies.map(hashOf)).to.deep.equal([BODY, BODY, BODY].map(hashOf))
      })
    }
  }

  const URGENT = { priority: 'u=0' }

  it('delivers text that is written behind corked buffers which wait', async () => {
    const { get } = await play(
      gather(2, ([urgent, parts]) => {
        urgent!.respond({ ':status': 200 })
        urgent!.write(BODY)
        parts!.respond({ ':status': 200 })
        parts!.cork()
        for (const part of ['a', 'b']) parts!.write(Buffer.from(part))
        parts!.uncork()
        setImmediate(() => {
          parts!.end('text')
          urgent!.end()
        })
      }),
      VERY_SHORT,
    )
    const urgent = get('/urgent', URGENT)
    const parts = bodyOf(get('/parts'))
    expect(await bodyOf(urgent)).to.have.lengthOf(BIG)
    expect((await parts).toString()).to.equal('abtext')
  })

  it('is done with a stream that is closed without its end while its bytes wait', async () => {
    let parts: ServerHttp2Stream
    const { get, close } = await play(
      gather(2, ([first, second]) => {
        parts = second!
        first!.respond({ ':status': 200 })
        first!.write(BODY)
        parts.respond({ ':status': 200, 'content-length': 2 })
        parts.write('a')
        setImmediate(() => {
          parts.close()
          first!.end()
        })
      }),
      VERY_SHORT,
    )
    const urgent = get('/urgent', URGENT)
    const other = get('/parts').resume()
    expect(await bodyOf(urgent)).to.have.lengthOf(BIG)
    await Promise.all([parts!.closed || once(parts!, 'close'), other.closed || ended(other)])
    await until(() => parts.destroyed)
    await close()
  })

  it('does not wait for one that has had a part of its turn, and nothing more to say', async () => {
    const streams: Record<string, ServerHttp2Stream> = {}
    const { get } = await play((stream, headers) => {
      streams[String(headers[':path'])] = stream
      if (headers[':path'] !== '/page') stream.respond({ ':status': 200 })
    })
    stopClock()
    const [page, first, second] = [get('/page', PAGE), get('/first'), get('/second')]
    await until(() => Object.keys(streams).length === 3)
    streams['/first']!.write('x'.repeat(100))
    await once(first, 'data')
    answer(streams['/page']!, 10)
    await ended(page)
    streams['/first']!.write('x'.repeat(100))
    streams['/second']!.write('x'.repeat(100))
    await once(second, 'data')
  })

  for (const [count, ordered] of [
    [900, true],
    [1100, false],
  ] as const) {
    it(`${ordered ? 'orders' : 'no longer orders'} ${count} streams at once`, async () => {
      const streams = new Map<string, ServerHttp2Stream>()
      const { client, get } = await play((stream, headers) => {
        streams.set(String(headers[':path']), stream)
        stream.respond({ ':status': 200 })
      })
      stopClock()
      get('/urgent', URGENT)
      const late = get('/late', { priority: 'u=7' })
      for (let n = 2; n < count; n += 1) get(`/${n}`)
      await until(() => streams.size === count)
      let came = false
      late.once('data', () => (came = true))
      streams.get('/urgent')!.write('x')
      streams.get('/late')!.end('x')
      await new Promise((resolve) => client.ping(resolve))
      expect(came).to.equal(!ordered)
      for (const stream of streams.values()) stream.end()
    })
  }

  it('delivers a body whole whose source says its end as soon as there is room, through a short window', async () => {
    const { client } = await play(
      (stream) => {
        stream.respond({ ':status': 200, 'content-length': 60_000 })
        stream.write(Buffer.alloc(40_000), () => stream.end(Buffer.alloc(20_000)))
      },
      { client: { settings: { initialWindowSize: 1000 } } },
    )
    const bodies = await Promise.all([1, 2].map(() => bodyOf(client.request({}))))
    expect(bodies.map(({ length }) => length)).to.deep.equal([60_000, 60_000])
  })

  for (const encoding of ['utf8', 'hex', 'base64', 'latin1'] as const) {
    it(`delivers ${encoding} whole, in several writes of a known length`, async () => {
      const text = (encoding === 'utf8' ? 'Ж€😀' : 'abcd').repeat(40_000)
      const whole = Buffer.from(text, encoding)
      const { client } = await play((stream) => {
        stream.respond({ ':status': 200, 'content-length': whole.length })
        for (let at = 0; at < text.length; at += 40_000)
          stream.write(text.slice(at, at + 40_000), encoding)
        stream.end()
      }, SHORT)
      const bodies = await Promise.all([1, 2].map(() => bodyOf(client.request({}))))
      expect(bodies.map(hashOf)).to.deep.equal([whole, whole].map(hashOf))
    })
  }

  it('ends a stream whose source writes on while what it wrote before is on its way', async () => {
    const streams: ServerHttp2Stream[] = []
    let wentOn = false
    const { client, frames } = await play((stream) => {
      streams.push(stream)
      stream.respond({ ':status': 200 })
      if (streams.length === 1) stream.write(Buffer.alloc(1000))
      // It waits for the first, and reads ahead.
      else stream.write(Buffer.alloc(30_000), () => (wentOn = true))
    }, VERY_SHORT)
    const [first, second] = [1, 2].map((n) => client.request({ priority: `u=${n}` }))
    first!.resume()
    await until(() => wentOn)
    streams[0]!.end()
    await until(() => dataOf(frames.down).some(({ stream }) => stream === 3))
    const closed = once(streams[1]!, 'close')
    streams[1]!.write(Buffer.alloc(30_000))
    streams[1]!.end(Buffer.alloc(30_000))
    expect((await bodyOf(second!)).length).to.equal(90_000)
    await closed
  })

  it('delivers the rest that a source writes in the tick in which its first part goes', async () => {
    const streams: ServerHttp2Stream[] = []
    const { client, get } = await play((stream) => {
      streams.push(stream)
      if (streams.length < 3) {
        stream.respond({ ':status': 200 })
        return void stream.write(BODY)
      }
      stream.respond({ ':status': 200, 'content-length': 60_000 })
      stream.write(Buffer.alloc(10_000))
      setImmediate(() => {
        streams[0]!.destroy()
        process.nextTick(() => stream.end(Buffer.alloc(50_000)))
      })
    })
    get('/first', { priority: 'u=0' })
    get('/last', { priority: 'u=2' })
    expect((await bodyOf(client.request({ priority: 'u=1' }))).length).to.equal(60_000)
  })

  it('reads on a body of known length that waits, and sends its part when the rest is late', async () => {
    const streams: ServerHttp2Stream[] = []
    let wentOn = false
    const { client, get } = await play((stream) => {
      streams.push(stream)
      if (streams.length === 1) return answer(stream, BIG * 50) // more than its window takes
      stream.respond({ ':status': 200, 'content-length': 60_000 })
      stream.write(Buffer.alloc(16_384), () => {
        stream.write(Buffer.alloc(16_384))
        wentOn = true
      })
    })
    get('/first', { priority: 'u=0' })
    const second = client.request({ priority: 'u=1' })
    const body = bodyOf(second)
    await until(() => wentOn)
    streams[0]!.destroy()
    await once(second, 'data')
    streams[1]!.end(Buffer.alloc(60_000 - 2 * 16_384))
    expect((await body).length).to.equal(60_000)
  })

  it('delivers bodies whole in whatever parts and at whatever moments they are written', async () => {
    const moment = fc.constantFrom('at once', 'nextTick', 'setImmediate', 'taken', 'drain', 'later')
    const parts = fc.array(fc.record({ size: fc.integer({ min: 1, max: 40_000 }), moment }), {
      minLength: 1,
      maxLength: 5,
    })
    const urgency = fc.integer({ min: 0, max: 2 })
    const body = fc.record({ parts, known: fc.boolean(), urgency, corrected: fc.option(urgency) })
    const bodies = fc.array(body, { minLength: 2, maxLength: 6 })
    type Body = typeof body extends fc.Arbitrary<infer T> ? T : never
    let written: Body[] = []
    const lengthOf = (n: number) => written[n]!.parts.reduce((sum, { size }) => sum + size, 0)
    const { client } = await play(async (stream, headers) => {
      const n = Number(headers[':path']!.slice(1))
      const { parts, known, corrected } = written[n]!
      stream.respond({ ':status': 200, ...(known && { 'content-length': lengthOf(n) }) })
      let at = 0
      for (const [index, { size, moment }] of parts.entries()) {
        const part = BODY.subarray(at, (at += size))
        if (index === parts.length - 1) stream.end(part)
        else await write(stream, part, moment)
      }
      if (corrected !== null) SessionScheduler.find(stream)?.adopt(stream, { urgency: corrected })
    })
    await fc.assert(
      fc.asyncProperty(bodies, async (generated) => {
        written = generated
        const received = generated.map(({ urgency }, n) =>
          bodyOf(client.request({ ':path': `/${n}`, priority: `u=${urgency}` })),
        )
        for (const [n, data] of (await Promise.all(received)).entries()) {
          expect(hashOf(data)).to.equal(hashOf(BODY.subarray(0, lengthOf(n))))
        }
      }),
      { numRuns: 100 },
    )
  })

  it('sends what a stream has ended with before it was closed, also without respond()', async () => {
    const { client, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/respond') stream.respond({ ':status': 200 })
      stream.end(BODY)
      stream.close()
      if (headers[':path'] === '/twice') stream.close()
    })
    const paths = ['/respond', '/twice', '/']
    const bodies = paths.map((path) => bodyOf(client.request({ ':path': path })))
    expect((await Promise.all(bodies)).map(hashOf)).to.deep.equal(paths.map(() => hashOf(BODY)))
    await until(() => endings(frames.down).length === paths.length)
  })

  it('delivers a body that is written without respond()', async () => {
    const { client } = await play((stream) => {
      stream.end(BODY)
    })
    const bodies = await Promise.all([1, 2].map(() => bodyOf(client.request({}))))
    expect(bodies.map(hashOf)).to.deep.equal([BODY, BODY].map(hashOf))
  })

  it('keeps trailers, HEAD and 204', async () => {
    const { client } = await play((stream, headers) => {
      if (headers[':path'] !== '/trailers') return stream.respond({ ':status': 204 })
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'yes' }))
      stream.end(BODY)
    })
    const trailing = client.request({ ':path': '/trailers' })
    const trailers = once(trailing, 'trailers')
    expect(hashOf(await bodyOf(trailing))).to.equal(hashOf(BODY))
    expect((await trailers)[0]).to.include({ 'x-sum': 'yes' })
    for (const method of ['HEAD', 'GET']) {
      const stream = client.request({ ':method': method })
      expect((await bodyOf(stream)).length).to.equal(0)
    }
  })

  it('serves the compatibility API, files and raw streams on one session', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pushplan-'))
    const file = join(folder, 'body')
    writeFileSync(file, BODY)
    const server = createServer((request, response) => {
      if (request.url === '/file') request.stream.respondWithFile(file)
      else response.end(BODY)
    })
    schedule(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const paths = ['/', '/file', '/', '/file']
    const bodies = await Promise.all(paths.map((path) => bodyOf(client.request({ ':path': path }))))
    await destroy(client)
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
    expect(bodies.map(hashOf)).to.deep.equal(paths.map(() => hashOf(BODY)))
  })

  it('goes on with the next when a client cancels what goes, or what waits', async () => {
    const { get, frames, client } = await play((page) => {
      for (const path of ['/a', '/b', '/c', '/d']) push(page, path, { urgency: 0, body: BODY })
      setImmediate(() => answer(page, 1000))
    }, SHORT)
    client.on('stream', (stream, headers) => {
      if (headers[':path'] === '/a' || headers[':path'] === '/c') {
        stream.close(constants.NGHTTP2_CANCEL)
      } else stream.resume()
    })
    await ended(get('/', PAGE))
    await until(() => endings(frames.down).includes(4) && endings(frames.down).includes(8))
    expect(endings(frames.down)).to.deep.equal([1, 4, 8])
  })

  it('goes on with the next when a client refuses a push', async () => {
    const { get, frames, client } = await play((page) => {
      for (const path of ['/a', '/b']) push(page, path, { urgency: 0, body: BODY })
      setImmediate(() => answer(page, 1000))
    }, SHORT)
    client.on('stream', (stream, headers) => {
      if (headers[':path'] === '/a') stream.close(constants.NGHTTP2_REFUSED_STREAM)
      else stream.resume()
    })
    await ended(get('/', PAGE))
    await until(() => endings(frames.down).includes(4))
    expect(endings(frames.down)).to.deep.equal([1, 4])
  })

  it('lets a client close a stream without an error, while it goes or waits', async () => {
    const streams: ServerHttp2Stream[] = []
    const { client, get } = await play((stream) => {
      streams.push(stream)
      stream.respond({ ':status': 200 })
      stream.write(BODY)
    }, VERY_SHORT)
    const closed = ['u=0', 'u=1'].map((priority) => client.request({ priority }).pause())
    await until(() => streams.length === 2)
    for (const stream of closed) stream.close(constants.NGHTTP2_NO_ERROR)
    const third = get('/third', { priority: 'u=2' })
    await until(() => streams.length === 3)
    for (const stream of streams) stream.end(BODY)
    await ended(third)
  })

  it('is done with a stream that is closed before its end, with more written than its client takes', async () => {
    let stream: ServerHttp2Stream | undefined
    const { client } = await play((asked) => {
      stream = asked
      stream.respond({ ':status': 200 })
      stream.write(BODY)
    }, VERY_SHORT)
    const request = client.request().pause()
    await once(request, 'response')
    const closed = once(stream!, 'close')
    stream!.close()
    client.destroy()
    await closed
  })

  it('tells who writes that a cancelled stream is gone', async () => {
    let told = 0
    const { get } = await play((stream, headers) => {
      if (headers[':path'] === '/') return
      stream.respond({ ':status': 200 })
      stream.write(BODY, () => (told += 1))
    })
    get('/', PAGE)
    const waiting = get('/waits')
    await once(waiting, 'response')
    waiting.close(constants.NGHTTP2_CANCEL)
    await until(() => told === 1)
  })

  it('does not wait for a stream whose window the client keeps shut', async () => {
    const { client, frames } = await play((stream) => answer(stream, BIG), {
      client: { settings: { initialWindowSize: 20_000 } },
    })
    const shut = client.request({ ':path': '/shut', priority: 'u=0' })
    await once(shut, 'response')
    const read = client.request({ ':path': '/read', priority: 'u=7' }).resume()
    await ended(read)
    expect(endings(frames.down)).to.deep.equal([3])
    shut.resume()
    await ended(shut)
  })

  it('does not wait for pushes that a client lets none in of', async () => {
    const { get, frames } = await play(
      (stream, headers) => {
        if (headers[':path'] === '/') {
          push(stream, '/pushed', { urgency: 0, body: BODY })
          setImmediate(() => answer(stream, 1000))
        } else answer(stream, BIG)
      },
      { client: { settings: { maxConcurrentStreams: 0, initialWindowSize: 1_000_000 } } },
    )
    await ended(get('/', PAGE))
    await ended(get('/a', { priority: 'u=5' }))
    expect(dataOf(frames.down).some(({ stream }) => stream === 2)).to.equal(false)
  })

  it('lets everything go where its own questions to session and socket fail', async () => {
    let page: ServerHttp2Stream | undefined
    const { server } = await play((stream, headers) => {
      if (headers[':path'] === '/') page = stream
      else if (headers[':path'] === '/go') (answer(page!, BIG), answer(stream, 10))
      else answer(stream, BIG)
    })
    server.on('connection', (socket) => {
      Object.defineProperty(socket, 'bytesWritten', {
        get() {
          throw new Error('no bytes')
        },
      })
    })
    const warnings = on(process, 'warning')
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const ask = (path: string, more = {}) => client.request({ ':path': path, ...more })
    const asked = [ask('/', PAGE), ask('/a', { priority: 'u=1' }), ask('/b', { priority: 'u=0' })]
    const bodies = asked.map(bodyOf)
    expect((await bodies[1])?.length).to.equal(BIG)
    ask('/go').resume()
    for (const body of bodies) expect((await body).length).to.equal(BIG)
    for await (const [{ message }] of warnings)
      if (/no longer scheduled: Error: no bytes/.test(message)) break
    await destroy(client)
  })

  it('ends with its session, in the middle of everything', async () => {
    const closed: string[] = []
    const { get, client } = await play((stream, headers) => {
      const path = String(headers[':path'])
      stream.on('close', () => closed.push(path))
      if (path === '/') push(stream, '/pushed', { urgency: 0, body: BODY })
      else answer(stream, BIG)
    })
    get('/', PAGE)
    const waiting = get('/waits')
    await once(waiting, 'response')
    await destroy(client)
    await until(() => closed.length === 2)
  })

  it('outlives a session that the server destroys with much waiting', async () => {
    const streams: ServerHttp2Stream[] = []
    let closed = 0
    const { get, frames } = await play((stream, headers) => {
      streams.push(stream)
      stream.on('close', () => (closed += 1))
      if (headers[':path'] !== '/') return answer(stream, BIG)
      for (const path of ['/a', '/b', '/c']) push(stream, path, { urgency: 0, body: BODY })
    })
    for (const path of ['/', '/1', '/2', '/3']) get(path, path === '/' ? PAGE : {})
    await until(() => streams.length === 4 && dataOf(frames.down).length > 0)
    streams[0]!.session!.destroy()
    await until(() => closed === 4)
  })

  it('does not wait for a stream whose window is shut on a session that is closing', async () => {
    const { server, client } = await play((stream) => answer(stream, BIG), {
      client: { settings: { initialWindowSize: 60_000 } },
    })
    const opened = once(server, 'stream')
    client.request({ ':path': '/shut', priority: 'u=0' })
    const [{ session }] = (await opened) as [ServerHttp2Stream]
    const read = client.request({ ':path': '/read', priority: 'u=7' })
    await once(read, 'response')
    session!.close()
    expect((await bodyOf(read)).length).to.equal(BIG)
  })

  it('sends what is under way after a GOAWAY', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames, client } = await play((stream) => {
      page = stream
      push(stream, '/a', { urgency: 0, body: BODY })
    })
    const asked = get('/', PAGE)
    await until(() => dataOf(frames.down).length > 0)
    client.goaway()
    answer(page!, 1000)
    await ended(asked)
  })
})
