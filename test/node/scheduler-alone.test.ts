import { once } from 'node:events'
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { expect } from 'chai'
import { type Progress, SessionScheduler } from '@pushplan/node'
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
  until,
} from '../support/scheduled.ts'
import { ended as wireEnded, Wire } from '../support/wire.ts'

const BIG = 200_000
/** More than the windows of the client let through unread. */
const HUGE = 20_000_000

describe('scheduler: what was alone, and is no longer', () => {
  const play = scenes()

  it('sends a big page, on its way when an asset is asked for, before the asset', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/') {
        page = stream
        stream.respond({ ':status': 200 })
        return
      }
      page!.end(Buffer.alloc(BIG))
      answer(stream, BIG)
    })
    await ended(get('/', PAGE), get('/app.css', { priority: 'u=0' }))
    expect(runs(frames.down)).to.deep.equal([1, 3])
    expect(endings(frames.down)).to.deep.equal([1, 3])
  })

  it('holds an asset till what a page wrote before it has gone', async () => {
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] !== '/') return answer(stream, 1000)
      answer(stream, BIG)
      // Adopted in the same turn: what the page wrote is not with the socket yet.
      push(stream, '/a', { urgency: 0, body: Buffer.alloc(BIG) })
    })
    await ended(get('/', PAGE))
    await until(() => endings(frames.down).length === 2)
    expect(runs(frames.down)).to.deep.equal([1, 2])
    expect(endings(frames.down)).to.deep.equal([1, 2])
  })

  it('is not held up for ever by a page whose window was shut before', async () => {
    const { client, get, frames } = await play(
      (stream, headers) => answer(stream, headers[':path'] === '/' ? BIG : 1000),
      { client: { settings: { initialWindowSize: 20_000 } } },
    )
    const page = client.request({ ':path': '/', ...PAGE })
    await once(page, 'response')
    await ended(get('/app.css', { priority: 'u=0' }))
    expect(endings(frames.down)).to.deep.equal([3])
    page.resume()
    await ended(page)
  })

  for (const head of [
    { 'content-type': 'application/zip' },
    { 'content-type': 'text/html', 'content-disposition': 'attachment; filename="a.html"' },
  ]) {
    it(`lets assets pass a download that was navigated to (${head['content-type']})`, async () => {
      const { get, frames } = await play((stream, headers) => {
        if (headers[':path'] !== '/download') return answer(stream, BIG)
        stream.respond({ ':status': 200, ...head })
        const more = (error?: Error | null) => error || stream.write(Buffer.alloc(65_536), more)
        more()
      })
      const download = get('/download', PAGE)
      await once(download, 'data')
      await ended(get('/app.css', { priority: 'u=0' }), get('/app.js', { priority: 'u=2' }))
      expect(endings(frames.down)).to.deep.equal([3, 5])
    })
  }

  it('lets a page pass a download that was alone', async () => {
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/') return answer(stream, 1000)
      stream.respond({ ':status': 200, 'content-length': HUGE })
      stream.end(Buffer.alloc(HUGE))
    })
    const download = get('/download', { priority: 'u=3' })
    await once(download, 'data')
    await ended(get('/', PAGE))
    expect(endings(frames.down)).to.deep.equal([3])
    await ended(download)
    const sent = dataOf(frames.down).filter(({ stream }) => stream === 1)
    expect(sent.reduce((sum, { length }) => sum + length, 0)).to.equal(HUGE)
  })

  it('sends an asset while a page thinks that was alone, and the page as soon as it is there', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/') page = stream
      else answer(stream, BIG)
    })
    const asked = [get('/', PAGE), get('/app.css', { priority: 'u=0' })]
    await once(asked[1]!, 'data')
    answer(page!, 1000)
    await ended(...asked)
    expect(endings(frames.down)).to.deep.equal([1, 3])
  })

  it('lets a page that streamed alone go on before what came since', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] === '/') {
        page = stream
        stream.respond({ ':status': 200 })
        stream.write('<html>')
        return
      }
      answer(stream, BIG)
      page!.end(Buffer.alloc(BIG))
    })
    const asked = get('/', PAGE)
    await once(asked, 'data')
    await ended(asked, get('/app.css', { priority: 'u=0' }))
    expect(endings(frames.down)).to.deep.equal([1, 3])
  })

  for (const body of ['', Buffer.alloc(0)]) {
    it(`answers a page that is ended with ${body === '' ? 'an empty string' : 'no bytes'} and no headers`, async () => {
      const { get } = await play((stream) => void stream.end(body))
      const page = get('/', PAGE)
      const [head] = await once(page, 'response')
      await ended(page)
      expect(head).to.include({ ':status': 200 })
    })
  }

  it('keeps the trailers of a page that was alone when it was answered', async () => {
    let page: ServerHttp2Stream | undefined
    const { get, frames } = await play((stream, headers) => {
      if (headers[':path'] !== '/') {
        page!.end(Buffer.alloc(BIG))
        return answer(stream, BIG)
      }
      page = stream
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'yes' }))
      stream.write('<html>')
    })
    const asked = get('/', PAGE)
    const trailers = once(asked, 'trailers')
    await once(asked, 'data')
    await ended(asked, get('/app.css', { priority: 'u=0' }))
    expect((await trailers)[0]).to.include({ 'x-sum': 'yes' })
    expect(endings(frames.down)).to.deep.equal([1, 3])
  })

  it('ends a page of the compatibility API with its last bytes, alone or no longer', async () => {
    let answerPage = () => {}
    const { server, get, frames } = await play(() => {}, { scheduled: false })
    server.on('request', (request, response) => {
      const { stream, headers, url } = request
      SessionScheduler.of(stream.session as ServerHttp2Session).request(stream, headers, request)
      response.setHeader('content-length', 4)
      if (url !== '/later') return void response.end('done')
      answerPage = () => void response.end('page')
    })
    await ended(get('/', PAGE))
    const later = get('/later', PAGE)
    await ended(get('/app.css', { priority: 'u=0' }))
    answerPage()
    await ended(later)
    const data = frames.down.filter(({ type }) => type === 'DATA')
    expect(data.map(({ length }) => length)).to.deep.equal([4, 4, 4])
  })

  it('tells who adopts a page what it has written alone', async () => {
    let progress: Progress | undefined
    const { get } = await play((stream) => {
      answer(stream, 1000)
      const scheduler = SessionScheduler.of(stream.session as ServerHttp2Session)
      progress = scheduler.adopt(stream, { page: true })
    })
    await ended(get('/', PAGE))
    expect(progress?.handed).to.equal(1000)
  })

  it('ends a body that is all there while it waits with its last bytes, for a client that is far', async () => {
    const { origin } = await play(
      gather(2, (streams) => {
        for (const stream of streams) {
          stream.respond({ ':status': 200, 'content-length': 30_000 })
          // As a file is piped: the end is said when the source has been told to go on.
          stream.write(Buffer.alloc(30_000), () => stream.end())
        }
      }),
    )
    const wire = new Wire(origin, {}, ['SETTINGS'])
    for (const id of [1, 3]) wire.get(id, '/', { accept: '*/*', priority: 'u=1' })
    await wire.until((frames) => wireEnded(frames, 1) && wireEnded(frames, 3))
    wire.close()
    const sent = wire.frames.filter(({ type, stream }) => type === 'DATA' && stream === 3)
    expect(sent.reduce((sum, { length }) => sum + length, 0)).to.equal(30_000)
    expect(sent.at(-1)?.length).to.be.greaterThan(0)
  })

  it('sends small responses in order though they go together', async () => {
    const { get, frames } = await play(
      gather(6, (streams) => {
        for (const stream of streams) {
          stream.respond({ ':status': 200, 'content-length': 12_000 })
          stream.end(Buffer.alloc(12_000))
        }
      }),
    )
    await ended(...[1, 2, 3, 4, 5, 6].map((n) => get(`/${n}`, { priority: 'u=1' })))
    expect(runs(frames.down)).to.deep.equal([1, 3, 5, 7, 9, 11])
    expect(endings(frames.down)).to.deep.equal([1, 3, 5, 7, 9, 11])
  })
})
