import { createServer } from '@pushplan/express'
import { expect } from 'chai'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { IncomingMessage, ServerResponse } from 'node:http'
import http2 from 'node:http2'
import { Readable } from 'node:stream'
import type { ErrorRequestHandler, Express as Application, Request, Response } from 'express'
import { versions } from './support/apps.ts'
import { withClient, type Client } from './support/client.ts'

const file = new URL('../../LICENSE', import.meta.url).pathname

const answerError: ErrorRequestHandler = (...args) => {
  const [error, , res] = args
  res.status(503).json({ error: error.message })
}
// Express tells error middleware by its four parameters.
Object.defineProperty(answerError, 'length', { value: 4 })

for (const [name, express] of versions) {
  describe(`createServer() with ${name}`, () => {
    let app: Application

    beforeEach(() => {
      app = express()
    })

    const run = <T>(use: (client: Client) => Promise<T>): Promise<T> =>
      withClient(createServer({}, app), use)

    const get = (path: string, headers: Record<string, string> = {}) =>
      run((client) => client.get(path, headers))

    describe('request', () => {
      it('has the host, hostname, protocol and address of the connection', async () => {
        app.get('/', (req, res) => {
          const { hostname, protocol, secure, ip, httpVersion } = req
          res.json({ host: req.get('host'), hostname, protocol, secure, ip, httpVersion })
        })
        const { text } = await get('/', { ':authority': 'example.com:8443' })
        expect(JSON.parse(text)).to.deep.equal({
          host: 'example.com:8443',
          hostname: 'example.com',
          protocol: 'http',
          secure: false,
          ip: '127.0.0.1',
          httpVersion: '2.0',
        })
      })

      it('prefers :authority to a host header', async () => {
        app.get('/', (req, res) => void res.send(req.get('host')))
        const { text } = await get('/', { ':authority': 'a.example', host: 'b.example' })
        expect(text).to.equal('a.example')
      })

      it('honours trust proxy', async () => {
        app.set('trust proxy', true)
        app.get('/', (req, res) => void res.json([req.ip, req.protocol, req.hostname]))
        const { text } = await get('/', {
          'x-forwarded-for': '203.0.113.7',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'public.example',
        })
        expect(JSON.parse(text)).to.deep.equal(['203.0.113.7', 'https', 'public.example'])
      })

      it('shows no pseudo-header in headers and rawHeaders', async () => {
        app.get('/', (req, res) => void res.json([Object.keys(req.headers), req.rawHeaders]))
        const { text } = await get('/', { ':authority': 'a.example', accept: 'text/html' })
        expect(JSON.parse(text)).to.deep.equal([
          ['accept', 'host'],
          ['host', 'a.example', 'accept', 'text/html'],
        ])
      })

      it('has the HTTP/2 stream, authority and scheme', async () => {
        app.get('/', (req, res) => {
          const { stream, authority, scheme } = req as unknown as http2.Http2ServerRequest
          const same = (res as unknown as http2.Http2ServerResponse).stream === stream
          res.json([stream.id, authority, scheme, same])
        })
        const { text } = await get('/', { ':authority': 'a.example' })
        expect(JSON.parse(text)).to.deep.equal([1, 'a.example', 'http', true])
      })

      it('streams a body longer than its buffers', async () => {
        app.post('/', (req, res) => void req.pipe(res))
        const body = Buffer.alloc(1 << 20, 'x')
        const { text } = await run((client) => client.ask('/', { method: 'POST', body }))
        expect(text.length).to.equal(body.length)
      })

      it('takes trailers', async () => {
        app.post('/', (req, res) => {
          req.resume().on('end', () => res.json([req.trailers, req.rawTrailers]))
        })
        const text = await run(async ({ session }) => {
          const stream = session.request({ ':method': 'POST' }, { waitForTrailers: true })
          stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }))
          stream.end('body')
          return (await stream.setEncoding('utf8').toArray()).join('')
        })
        expect(JSON.parse(text)).to.deep.equal([{ 'x-sum': '42' }, ['x-sum', '42']])
      })

      it('is answered early without its body being read', async () => {
        app.post('/', (_req, res) => void res.status(413).send('too much'))
        const body = Buffer.alloc(1 << 18)
        const { status } = await run((client) => client.ask('/', { method: 'POST', body }))
        expect(status).to.equal(413)
      })

      it('is answered with 100 before the body where it expects so', async () => {
        app.post('/', express.text(), (req, res) => void res.send(req.body))
        const { informational, text } = await run((client) =>
          client.ask('/', {
            method: 'POST',
            headers: { expect: '100-continue', 'content-type': 'text/plain' },
            body: 'ready',
          }),
        )
        expect([informational[0]?.[':status'], text]).to.deep.equal([100, 'ready'])
      })
    })

    describe('response', () => {
      it('res.send() answers as over HTTP/1', async () => {
        app.get('/', (_req, res) => void res.send('hello'))
        const { status, headers, text } = await get('/')
        expect([status, text]).to.deep.equal([200, 'hello'])
        expect(headers).to.include({ 'content-length': '5', 'x-powered-by': 'Express' })
        expect(headers).to.have.any.keys('date')
        expect(headers).to.have.any.keys('etag')
      })

      it('res.redirect() sends the location', async () => {
        app.get('/', (_req, res) => void res.redirect('/next'))
        const { status, headers } = await get('/')
        expect([status, headers.location]).to.deep.equal([302, '/next'])
      })

      it('res.sendFile() answers a Range with a part', async () => {
        app.get('/', (_req, res) => void res.sendFile(file))
        const { status, text } = await get('/', { range: 'bytes=0-4' })
        expect([status, text]).to.deep.equal([206, (await readFile(file, 'utf8')).slice(0, 5)])
      })

      it('res.sendFile() answers a known ETag with 304', async () => {
        app.get('/', (_req, res) => void res.sendFile(file))
        const { status, text } = await run(async (client) => {
          const first = await client.get('/')
          return client.get('/', { 'if-none-match': String(first.headers.etag) })
        })
        expect([status, text]).to.deep.equal([304, ''])
      })

      it('res.download() names the file and calls back', async () => {
        let finished: unknown = 'not called'
        const called = new Promise((resolve) => {
          app.get('/', (_req, res) => void res.download(file, 'terms.txt', resolve))
        })
        const { headers } = await run(async (client) => {
          const answer = await client.get('/')
          finished = await called
          return answer
        })
        expect(headers['content-disposition']).to.match(/^attachment; filename="?terms.txt"?$/)
        expect(finished).to.equal(undefined)
      })

      it('res.sendFile() calls back without error on HEAD', async () => {
        const called = new Promise((resolve) => {
          app.get('/', (_req, res) => void res.sendFile(file, resolve))
        })
        await run(async (client) => {
          const { status, text } = await client.ask('/', { method: 'HEAD' })
          expect([status, text, await called]).to.deep.equal([200, '', undefined])
        })
      })

      it('res.format() and res.links() choose and announce', async () => {
        app.get('/', (_req, res) => {
          res
            .links({ next: '/2' })
            .format({ html: () => res.send('<p>'), json: () => res.json({}) })
        })
        const { headers, text } = await get('/', { accept: 'application/json' })
        expect([headers.link, headers.vary, text]).to.deep.equal([
          '</2>; rel="next"',
          'Accept',
          '{}',
        ])
      })

      it('HEAD has the headers of GET and no body', async () => {
        app.get('/', (_req, res) => void res.send('hello'))
        const { headers, text } = await run((client) => client.ask('/', { method: 'HEAD' }))
        expect([headers['content-length'], text]).to.deep.equal(['5', ''])
      })

      it('OPTIONS lists the methods of a route', async () => {
        app.get('/', (_req, res) => void res.end()).post('/', (_req, res) => void res.end())
        const { headers } = await run((client) => client.ask('/', { method: 'OPTIONS' }))
        expect(headers.allow).to.match(/GET, ?HEAD, ?POST/)
      })

      it('res.writeHead() drops what HTTP/2 forbids and keeps the rest', async () => {
        app.get('/', (_req, res) => {
          res.setHeader('Connection', 'close').setHeader('Set-Cookie', ['a=1', 'b=2'])
          res.writeHead(201, 'Made', { 'Keep-Alive': 'timeout=5', 'X-Kept': 'yes' }).end('ok')
        })
        const { status, headers } = await get('/')
        expect(status).to.equal(201)
        expect(headers).to.include({ 'x-kept': 'yes' }).and.not.any.keys('connection', 'keep-alive')
        expect(headers['set-cookie']).to.deep.equal(['a=1', 'b=2'])
      })

      it('res.statusMessage may hold anything, and is not sent', async () => {
        app.get('/', (_req, res) => {
          res.statusMessage = 'Not so: bad name'
          res.status(400).send('no')
        })
        const { status, text } = await get('/')
        expect([status, text]).to.deep.equal([400, 'no'])
      })

      it('res.write() streams under backpressure', async () => {
        app.get('/', (_req, res) => {
          Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(1 << 15, 'x'))).pipe(res)
        })
        expect((await get('/')).text.length).to.equal(64 << 15)
      })

      it('res.flushHeaders() sends the headers ahead of the body', async () => {
        let finish: (() => void) | undefined
        app.get('/', (_req, res) => {
          res.flushHeaders()
          finish = () => void res.end('later')
        })
        await run(async ({ session }) => {
          const stream = session.request({ ':path': '/' })
          await once(stream, 'response')
          finish?.()
          expect((await stream.setEncoding('utf8').toArray()).join('')).to.equal('later')
        })
      })

      it('res.addTrailers() sends trailers', async () => {
        app.get('/', (_req, res) => {
          res.setHeader('Trailer', 'X-Sum')
          res.write('a')
          res.addTrailers({ 'X-Sum': '42' })
          res.end('b')
        })
        const { text, trailers } = await get('/')
        expect([text, trailers['x-sum']]).to.deep.equal(['ab', '42'])
      })

      it('res.writeEarlyHints() sends a 103', async () => {
        app.get('/', (_req, res) => {
          res.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
          res.send('page')
        })
        const { informational, text } = await get('/')
        expect(informational.map((headers) => [headers[':status'], headers.link])).to.deep.equal([
          [103, '</a.css>; rel=preload; as=style'],
        ])
        expect(text).to.equal('page')
      })

      it('res.stream pushes', async () => {
        app.get('/', (_req, res) => {
          const { stream } = res as unknown as http2.Http2ServerResponse
          stream.pushStream({ ':path': '/a.css' }, (_error, push) => {
            push.respond({ ':status': 200 })
            push.end('css')
            res.send('page')
          })
        })
        await run(async (client) => {
          const pushed = once(client.session, 'stream')
          const [{ text }, [push, promised]] = await Promise.all([client.get('/'), pushed])
          expect([text, promised[':path']]).to.deep.equal(['page', '/a.css'])
          expect((await push.setEncoding('utf8').toArray()).join('')).to.equal('css')
        })
      })

      for (const status of [101, 700]) {
        it(`answers 500 for status ${status}, which HTTP/2 does not have`, async () => {
          app.set('env', 'test')
          app.get('/', (_req, res) => void res.writeHead(status).end())
          const answer = await get('/')
          expect(answer.status).to.equal(500)
          expect(answer.text).to.contain('200 to 599')
        })
      }

      it('emits finish, then close', async () => {
        const events: string[] = []
        const closed = new Promise((resolve) => {
          app.get('/', (_req, res) => {
            res.on('finish', () => events.push('finish'))
            res.on('close', () => resolve(events.push('close')))
            res.send('hello')
          })
        })
        await run((client) => Promise.all([client.get('/'), closed]))
        expect(events).to.deep.equal(['finish', 'close'])
      })
    })

    describe('failures', () => {
      it('a thrown error reaches the error middleware', async () => {
        app.get('/', () => {
          throw new Error('broken')
        })
        app.use(answerError)
        const { status, text } = await get('/')
        expect([status, text]).to.deep.equal([503, '{"error":"broken"}'])
      })

      it('an unknown path answers 404', async () => {
        const { status, text } = await get('/nowhere')
        expect(status).to.equal(404)
        expect(text).to.contain('Cannot GET /nowhere')
      })

      it('an error after the headers resets this stream only', async () => {
        app.set('env', 'test')
        app.get('/', (_req, res, next) => {
          res.write('half')
          next(new Error('broken'))
        })
        app.get('/other', (_req, res) => void res.send('fine'))
        await run(async (client) => {
          const stream = client.session.request({ ':path': '/' }).resume()
          const [error] = await once(stream, 'error')
          expect(error.message).to.contain('NGHTTP2_INTERNAL_ERROR')
          expect((await client.get('/other')).text).to.equal('fine')
        })
      })

      it('a request that takes too long is reset alone, unless somebody hears of it', async () => {
        app.get('/hangs', (_req, res) => void res.setTimeout(1))
        app.get('/heard', (_req, res) => void res.setTimeout(1, () => res.sendStatus(503)))
        await run(async (client) => {
          const stream = client.session.request({ ':path': '/hangs' }).resume()
          const [error] = await once(stream, 'error')
          expect(error.message).to.contain('NGHTTP2_INTERNAL_ERROR')
          expect((await client.get('/heard')).status).to.equal(503)
        })
      })

      it('a client that aborts a download is told to the handler, and the next is served', async () => {
        const aborted = new Promise<string[]>((resolve) => {
          app.get('/', (req, res) => {
            const events: string[] = []
            req.on('aborted', () => events.push('aborted'))
            res.on('finish', () => events.push('finish'))
            res.on('close', () => resolve([...events, 'close']))
            res.write(Buffer.alloc(1 << 20))
          })
        })
        app.get('/other', (_req, res) => void res.send('fine'))
        await run(async (client) => {
          const stream = client.session.request({ ':path': '/' })
          await once(stream, 'data')
          stream.close(http2.constants.NGHTTP2_CANCEL)
          expect(await aborted).to.deep.equal(['aborted', 'close'])
          expect((await client.get('/other')).text).to.equal('fine')
        })
      })

      it('res.sendFile() reports an aborted download', async () => {
        const called = new Promise<Error & { code?: string }>((resolve) => {
          app.get(
            '/',
            (_req, res) => void res.sendFile(process.execPath, (e) => resolve(e as Error)),
          )
        })
        await run(async ({ session }) => {
          const stream = session.request({ ':path': '/' })
          await once(stream, 'data')
          stream.close(http2.constants.NGHTTP2_CANCEL)
          expect((await called).code).to.equal('ECONNABORTED')
        })
      })
    })

    describe('applications', () => {
      it('get genuine node:http messages', async () => {
        app.get('/', (req, res) => {
          res.json([req instanceof IncomingMessage, res instanceof ServerResponse])
        })
        expect((await get('/')).text).to.equal('[true,true]')
      })

      it('have their own kind of messages in listeners before them too', async () => {
        app.request.whoami = () => 'mine'
        app.get('/', (_req, res) => void res.json('answered'))
        const server = createServer({}, app)
        const before: unknown[] = []
        server.prependListener('request', (req: unknown, res: unknown) => {
          before.push((req as Request).whoami(), (res as Response).app === app)
        })
        const { text } = await withClient(server, (client) => client.get('/'))
        expect([text, ...before]).to.deep.equal(['"answered"', 'mine', true])
      })

      it('override what node:http has, when it is their turn', async () => {
        const set = app.response.setHeader
        app.response.setHeader = function (this: Response, ...header: Parameters<typeof set>) {
          this.locals['set'] = true
          return set.apply(this, header)
        }
        app.get('/', (_req, res) => void res.set('x-own', '1').send(String(res.locals['set'])))
        const { text, headers } = await get('/')
        expect([text, headers['x-own']]).to.deep.equal(['true', '1'])
      })

      for (const name of ['scheme', 'headers', 'method']) {
        it(`may have a getter \`${name}\` of their own`, async () => {
          Object.defineProperty(app.request, name, { get: () => 'mine' })
          app.get('/', (_req, res) => void res.send('answered'))
          expect((await get('/')).text).to.equal('answered')
        })
      }

      it('may come after the server', async () => {
        app.get('/', (_req, res) => void res.send('answered'))
        const create = createServer as (options: object) => ReturnType<typeof createServer>
        const server = create({})
        server.on('request', app)
        const { text } = await withClient(server, (client) => client.get('/'))
        expect(text).to.equal('answered')
      })

      it('keep their own extensions, prototypes and settings when nested', async () => {
        const inner = express()
        const describeApp = (req: Request, res: Response): void => {
          res.json([req.app === app, req.app === inner, req.baseUrl, req.whoami()])
        }
        app.request.whoami = () => 'outer'
        inner.request.whoami = () => 'inner'
        inner.get('/in', describeApp)
        app.use('/mounted', inner)
        app.use('/router', express.Router().use('/deep', express.Router().use(inner)))
        app.get('/mounted/out', describeApp)
        await run(async (client) => {
          const texts = ['/mounted/in', '/mounted/out', '/router/deep/in']
          const answers = await Promise.all(texts.map((path) => client.get(path)))
          expect(answers.map(({ text }) => JSON.parse(text))).to.deep.equal([
            [false, true, '/mounted', 'inner'],
            [true, false, '', 'outer'],
            [false, true, '/router/deep', 'inner'],
          ])
        })
      })

      it('may override the methods of their responses', async () => {
        app.response.end = function (this: Response, ...args: unknown[]) {
          this.setHeader('X-Ended', 'here')
          return Reflect.apply(express.response.end, this, args)
        } as Response['end']
        app.get('/', (_req, res) => void res.send('hello'))
        const { headers, text } = await get('/')
        expect([headers['x-ended'], text]).to.deep.equal(['here', 'hello'])
      })

      it('are left as they were', async () => {
        const seen = [app, app.request, app.response, express.request, express.response]
        const shape = (): unknown[] =>
          [...seen, IncomingMessage.prototype, ServerResponse.prototype].map((target) => [
            Object.getPrototypeOf(target),
            Object.getOwnPropertyDescriptors(target),
          ])
        app.get('/', (_req, res) => void res.send('hello'))
        const before = shape()
        await get('/')
        expect(shape()).to.deep.equal(before)
      })
    })
  })
}

declare global {
  namespace Express {
    interface Request {
      whoami(): string
    }
  }
}
