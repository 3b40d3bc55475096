import { createServer } from '@pushplan/express'
import { expect } from 'chai'
import compression from 'compression'
import cookieParser from 'cookie-parser'
import cookieSession from 'cookie-session'
import cors from 'cors'
import type { Application } from 'express'
import { rateLimit } from 'express-rate-limit'
import session from 'express-session'
import helmet from 'helmet'
import methodOverride from 'method-override'
import morgan from 'morgan'
import multer from 'multer'
import serveStatic from 'serve-static'
import { versions } from './support/apps.ts'
import { withClient, type Client } from './support/client.ts'

const licence = new URL('../../', import.meta.url).pathname
const cookies = (setCookie: string[] | undefined): string =>
  (setCookie ?? []).map((cookie) => cookie.split(';', 1)[0]).join('; ')

function formData(boundary: string): string {
  const part = (disposition: string, content: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`
  return `${part('name="title"', 'notes')}${part('name="file"; filename="a.txt"', 'content')}--${boundary}--\r\n`
}

for (const [name, express] of versions) {
  describe(`${name} over HTTP/2: middleware`, () => {
    let app: Application

    beforeEach(() => {
      app = express()
    })

    const run = <T>(use: (client: Client) => Promise<T>): Promise<T> =>
      withClient(createServer({}, app), use)

    const get = (headers: Record<string, string> = {}) => run((client) => client.get('/', headers))

    it('cookie-parser reads cookies, signed ones too', async () => {
      app.use(cookieParser('secret'))
      app.get('/set', (_req, res) => void res.cookie('user', 'ann', { signed: true }).end())
      app.get('/', (req, res) => void res.json([req.cookies, req.signedCookies]))
      const { text } = await run(async (client) => {
        const { headers } = await client.get('/set')
        return client.get('/', { cookie: `theme=dark; ${cookies(headers['set-cookie'])}` })
      })
      expect(text).to.equal('[{"theme":"dark"},{"user":"ann"}]')
    })

    it('express-session counts visits', async () => {
      app.use(session({ secret: 'secret', resave: false, saveUninitialized: true }))
      app.get('/', (req, res) => {
        req.session.visits = (req.session.visits ?? 0) + 1
        res.send(String(req.session.visits))
      })
      const { text } = await run(async (client) => {
        const { headers } = await client.get('/')
        return client.get('/', { cookie: cookies(headers['set-cookie']) })
      })
      expect(text).to.equal('2')
    })

    it('cookie-session counts visits', async () => {
      app.use(cookieSession({ keys: ['secret'] }))
      app.get('/', (req, res) => {
        if (req.session) req.session.visits = (req.session.visits ?? 0) + 1
        res.send(String(req.session?.visits))
      })
      const { text } = await run(async (client) => {
        const { headers } = await client.get('/')
        return client.get('/', { cookie: cookies(headers['set-cookie']) })
      })
      expect(text).to.equal('2')
    })

    const bodies: [type: string, body: string, parsed: unknown][] = [
      ['application/json', '{"a":[1]}', { a: [1] }],
      ['application/x-www-form-urlencoded', 'a=1&b=2', { a: '1', b: '2' }],
      ['text/plain', 'words', 'words'],
    ]
    for (const [type, body, parsed] of bodies) {
      for (const length of ['with', 'without']) {
        it(`body parsers read ${type} ${length} content-length`, async () => {
          app.use(express.json(), express.urlencoded({ extended: false }), express.text())
          app.post('/', (req, res) => void res.json(req.body))
          const headers: Record<string, string> = { 'content-type': type }
          if (length === 'with') headers['content-length'] = String(body.length)
          const { text } = await run((client) => client.ask('/', { method: 'POST', headers, body }))
          expect(JSON.parse(text)).to.deep.equal(parsed)
        })
      }
    }

    it('body parsers answer 413 to a body over their limit', async () => {
      app.set('env', 'test').use(express.json({ limit: 10 }))
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify('x'.repeat(1 << 17))
      const { status } = await run((client) => client.ask('/', { method: 'POST', headers, body }))
      expect(status).to.equal(413)
    })

    it('multer takes fields and files', async () => {
      app.post('/', multer().single('file'), (req, res) => {
        res.json([req.body.title, req.file?.originalname, req.file?.buffer.toString()])
      })
      const headers = { 'content-type': 'multipart/form-data; boundary=edge' }
      const { text } = await run((client) =>
        client.ask('/', { method: 'POST', headers, body: formData('edge') }),
      )
      expect(text).to.equal('["notes","a.txt","content"]')
    })

    it('compression compresses what a client accepts', async () => {
      app.use(compression({ threshold: 0 }))
      app.get('/', (_req, res) => void res.type('text').send('word '.repeat(2000)))
      const { headers, text } = await get({ 'accept-encoding': 'gzip' })
      expect(headers['content-encoding']).to.equal('gzip')
      expect(text.length).to.be.within(1, 1000)
    })

    it('compression flushes parts of a stream', async () => {
      app.use(compression())
      let finish: (() => void) | undefined
      app.get('/', (_req, res) => {
        res.type('text').write('first')
        res.flush()
        finish = () => void res.end('last')
      })
      await run(async ({ session: connection }) => {
        const stream = connection.request({ ':path': '/', 'accept-encoding': 'gzip' })
        const parts: Buffer[] = []
        for await (const part of stream) {
          parts.push(part)
          finish?.()
        }
        expect(parts.length).to.be.greaterThan(1)
      })
    })

    it('helmet adds its headers', async () => {
      app.use(helmet())
      app.get('/', (_req, res) => void res.send('page'))
      const { headers } = await get()
      expect(headers).to.include.keys('content-security-policy', 'strict-transport-security')
      expect(headers).not.to.have.any.keys('x-powered-by')
    })

    it('morgan logs the answered request', async () => {
      const logged = new Promise<string>((write) => {
        app.use(
          morgan(':remote-addr :method :url HTTP/:http-version :status :res[content-length]', {
            stream: { write },
          }),
        )
      })
      app.get('/', (_req, res) => void res.send('hello'))
      const line = await run(async (client) => {
        await client.get('/?a=1')
        return logged
      })
      expect(line).to.equal('127.0.0.1 GET /?a=1 HTTP/2.0 200 5\n')
    })

    it('serve-static sends files, redirects to directories and passes on the rest', async () => {
      app.use('/files', serveStatic(licence, { index: false }))
      const answers = await run((client) =>
        Promise.all(
          ['/files/LICENSE', '/files/packages', '/files/nothing'].map((path) => client.get(path)),
        ),
      )
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 301, 404])
      expect(answers[0]?.text).to.contain('License')
      expect(answers[1]?.headers.location).to.equal('/files/packages/')
    })

    it('cors answers a preflight', async () => {
      app.use(cors({ origin: 'https://a.example' }))
      const headers = { origin: 'https://a.example', 'access-control-request-method': 'PUT' }
      const answer = await run((client) => client.ask('/', { method: 'OPTIONS', headers }))
      expect(answer.status).to.equal(204)
      expect(answer.headers['access-control-allow-origin']).to.equal('https://a.example')
    })

    it('express-rate-limit counts by address', async () => {
      app.use(rateLimit({ limit: 1, windowMs: 60_000 }))
      app.get('/', (_req, res) => void res.send('page'))
      const answers = await run(async (client) => [await client.get('/'), await client.get('/')])
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 429])
    })

    it('method-override replaces the method', async () => {
      app.use(methodOverride())
      app.delete('/', (req, res) => void res.send(req.method))
      const headers = { 'x-http-method-override': 'DELETE' }
      const { text } = await run((client) => client.ask('/', { method: 'POST', headers }))
      expect(text).to.equal('DELETE')
    })
  })
}

declare module 'express-session' {
  interface SessionData {
    visits: number
  }
}
