import { createSecureServer, createServer, requestListener } from '@pushplan/express'
import { expect } from 'chai'
import cookieSession from 'cookie-session'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import request from 'supertest'
import { versions, type Express } from './support/apps.ts'
import { close, listen, withClient } from './support/client.ts'

async function certificate(): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  return { key, cert }
}

function greeter(express: Express, greeting: string) {
  const app = express()
  app.use(express.json(), cookieSession({ keys: ['secret'] }))
  app.get('/', (req, res) => {
    Object.assign(req.session ?? {}, { greeted: true })
    res.json({ greeting, version: req.httpVersion, secure: req.secure })
  })
  app.post('/', (req, res) => void res.json(req.body))
  return app
}

async function getOverHttp1(origin: string): Promise<unknown> {
  const client = origin.startsWith('https') ? https : http
  const sent = client.get(origin, { rejectUnauthorized: false, agent: false })
  const [response] = await once(sent, 'response')
  return JSON.parse((await response.setEncoding('utf8').toArray()).join(''))
}

for (const [name, express] of versions) {
  describe(`createSecureServer() with ${name}`, () => {
    it('serves h2, and HTTP/1.1 on the same port where allowHTTP1 says so', async () => {
      const options = { ...(await certificate()), allowHTTP1: true }
      await withClient(createSecureServer(options, greeter(express, 'hi')), async (client) => {
        const overHttp2 = await client.get('/')
        expect(JSON.parse(overHttp2.text)).to.deep.equal({
          greeting: 'hi',
          version: '2.0',
          secure: true,
        })
        expect(overHttp2.headers['set-cookie']).to.have.lengthOf(2)
        expect(await getOverHttp1(client.origin)).to.deep.equal({
          greeting: 'hi',
          version: '1.1',
          secure: true,
        })
      })
    })

    it('shows the application the server of the connection', async () => {
      const app = express()
      app.get('/', ({ socket }, res) => void res.json(Reflect.get(socket, 'server') === server))
      const server = createServer({}, app)
      await withClient(server, async (client) => {
        expect((await client.get('/')).text).to.equal('true')
      })
    })

    it('shows the application the TLS details of the connection', async () => {
      const app = express()
      app.get('/', (req, res) => {
        const socket = req.socket as TLSSocket
        res.json([
          socket.alpnProtocol,
          socket.encrypted,
          socket.remoteAddress,
          socket.getProtocol(),
        ])
      })
      await withClient(createSecureServer(await certificate(), app), async (client) => {
        const [alpn, encrypted, address, protocol] = JSON.parse((await client.get('/')).text)
        expect([alpn, encrypted, address]).to.deep.equal(['h2', true, '127.0.0.1'])
        expect(protocol).to.match(/^TLSv1/)
      })
    })
  })

  describe(`requestListener() with ${name}`, () => {
    it('makes an application ready for a node:http2 server', async () => {
      const server = http2.createServer(requestListener(greeter(express, 'hi')))
      await withClient(server, async (client) => {
        expect(JSON.parse((await client.get('/')).text)).to.include({ version: '2.0' })
        const headers = { 'content-type': 'application/json' }
        const posted = await client.ask('/', { method: 'POST', headers, body: '{"a":1}' })
        expect(posted.text).to.equal('{"a":1}')
      })
    })

    it('keeps status, headers and trailers where another listener came first', async () => {
      const app = express()
      app.get('/', (_req, res) => {
        res.write('body')
        res.addTrailers({ 'x-sum': '42' })
        res.end()
      })
      const server = http2.createServer()
      server.on('request', (_req, res) => res.setHeader('x-first', 'yes'))
      server.on('request', (_req, res) => void (res.statusCode = 203))
      server.on('request', requestListener(app))
      await withClient(server, async (client) => {
        const { status, headers, trailers } = await client.get('/')
        expect([status, headers['x-first'], trailers['x-sum']]).to.deep.equal([203, 'yes', '42'])
      })
    })

    it('passes the requests of a node:http server on untouched', async () => {
      const server = http.createServer(requestListener(greeter(express, 'hi')))
      const origin = `http://127.0.0.1:${await listen(server)}`
      expect(await getOverHttp1(origin)).to.include({ version: '1.1' })
      await close(server)
    })

    it('serves one application over HTTP/1.1 and HTTP/2 at once', async () => {
      const app = greeter(express, 'hi')
      const plain = http.createServer(app)
      const origin = `http://127.0.0.1:${await listen(plain)}`
      await withClient(createServer({}, app), async (client) => {
        const [overHttp1, overHttp2] = await Promise.all([getOverHttp1(origin), client.get('/')])
        expect([overHttp1, JSON.parse(overHttp2.text)]).to.deep.equal([
          { greeting: 'hi', version: '1.1', secure: false },
          { greeting: 'hi', version: '2.0', secure: false },
        ])
      })
      await close(plain)
    })
  })

  describe(`supertest with ${name}`, () => {
    it('asks a server of the bridge over HTTP/2', async () => {
      const server = createServer({}, greeter(express, 'hi'))
      const { body } = await request(server, { http2: true }).get('/').expect(200)
      expect(body).to.include({ version: '2.0' })
    })
  })
}

describe('createServer() with several applications', () => {
  it('keeps Express 4 and Express 5 applications of one process apart', async () => {
    const apps = versions.map(([name, express]) => greeter(express, name))
    const texts = await Promise.all(
      apps.map((app) => withClient(createServer({}, app), async (client) => client.get('/'))),
    )
    expect(texts.map(({ text }) => JSON.parse(text).greeting)).to.deep.equal(
      versions.map(([name]) => name),
    )
  })

  it('mounts an Express 4 application in an Express 5 one', async () => {
    const [[, express4], [, express5]] = versions as [(typeof versions)[0], (typeof versions)[0]]
    const app = express5().use('/old', greeter(express4, 'old'))
    await withClient(createServer({}, app), async (client) => {
      expect(JSON.parse((await client.get('/old')).text)).to.include({ greeting: 'old' })
    })
  })
})
