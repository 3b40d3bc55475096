import { createServer as createHttpServer, type Server } from 'node:http'
import type { Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import cookieParser from 'cookie-parser'
import { encodeDigest, mergeDigest, parseLink } from '@pushplan/core'
import pushplan, { createServer } from '@pushplan/express'
import express, { type Express } from 'express'
import express4 from 'express4'
import { NAVIGATION, visit, visitHttp1 } from '../support/client.js'
import { DIST, HTML, PLAN, site } from '../support/site.js'

const linked = (seen: { headers: Readonly<Record<string, unknown>> }) =>
  parseLink(String(seen.headers['link'] ?? '')).map(({ url }) => url)
const { options } = site()

for (const [name, framework] of [
  ['Express 4', express4 as unknown as typeof express],
  ['Express 5', express],
] as const) {
  describe(`@pushplan/express with ${name}`, () => {
    let server: Server | Http2Server | undefined

    const listen = async (app: Express, made: Server | Http2Server = createServer({}, app)) => {
      server = made
      await new Promise<void>((resolve) => made.listen(0, 'localhost', resolve))
      return `http://localhost:${(made.address() as AddressInfo).port}`
    }
    const assets = () => framework.static(fileURLToPath(DIST), { index: false })
    afterEach(() => new Promise((resolve) => server?.close(resolve)))

    it('res.pushplan.entry and .add tell what the path does not', async () => {
      const app = framework()
      app.use(pushplan(options)).use('/static', assets())
      app.get('/any/where', (_request, response) => {
        response.pushplan.entry('index.html')
        response.pushplan.add('/hero.avif')
        response.send(HTML)
      })
      const seen = await visit(await listen(app), { path: '/any/where' })
      expect(linked(seen)).to.deep.equal([...PLAN, '/hero.avif'])
      expect(seen.pushes.map(({ path }) => path)).to.deep.equal(PLAN)
    })

    it('takes the cookies of cookie-parser where it ran', async () => {
      const app = framework()
      app.use(cookieParser()).use((request, _response, next) => {
        request.cookies = { pushplan: `v1.${encodeDigest(mergeDigest(PLAN))}` }
        next()
      })
      app.use(pushplan(options)).use('/static', assets())
      app.get('/', (_request, response) => void response.send(HTML))
      const origin = await listen(app)
      const seen = await visit(origin, { headers: { ...NAVIGATION, cookie: 'pushplan=other' } })
      expect(seen.pushes).to.deep.equal([])
      expect(seen.headers).to.not.have.property('set-cookie')
    })

    it('works in an application that is mounted in another, with assets of the outer one', async () => {
      const inner = framework()
      inner.use(pushplan({ ...options, routes: { '/shop/': 'index.html' } }))
      inner.get('/', (_request, response) => void response.send(HTML))
      const outer = framework()
      outer.use('/shop', inner).use('/static', assets())
      const seen = await visit(await listen(outer), { path: '/shop/' })
      expect(seen.pushes.map(({ path }) => path)).to.deep.equal(PLAN)
      expect(seen.body.toString()).to.equal(HTML)
    })

    it('works in a router', async () => {
      const router = framework.Router()
      router.use(pushplan({ ...options, routes: { '/shop/:id': 'index.html' } }))
      router.get('/:id', (_request, response) => void response.send(HTML))
      const app = framework().use('/shop', router).use('/static', assets())
      const seen = await visit(await listen(app), { path: '/shop/7' })
      expect(seen.pushes.map(({ path }) => path)).to.deep.equal(PLAN)
    })

    it('links on a plain http.createServer(app), with the headers of writeHead too', async () => {
      const app = framework().use(pushplan(options)).use('/static', assets())
      app.get('/', (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', link: '</me>; rel=author' })
        response.end(HTML)
      })
      const seen = await visitHttp1(await listen(app, createHttpServer(app)))
      expect(linked(seen)).to.deep.equal(['/me', ...PLAN])
      expect(seen.body.toString()).to.equal(HTML)
    })

    it('serves pages while an asset route hangs', async () => {
      const app = framework().use(pushplan(options))
      app.use('/static', () => {})
      app.get('/', (_request, response) => void response.send(HTML))
      const seen = await visit(await listen(app))
      expect(seen.body.toString()).to.equal(HTML)
      expect(seen.pushes).to.deep.equal([])
      expect(linked(seen)).to.deep.equal(PLAN)
    })
  })
}
