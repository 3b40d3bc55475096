import { expect } from 'chai'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { encodeDigest, mergeDigest, parseLink } from '@pushplan/core'
import type { PushplanEvent } from '@pushplan/node'
import { connect, NAVIGATION, visit, type Visit, visitHttp1, visitOn } from '../support/client.js'
import { express4, express5 } from '../support/express.js'
import { fastify5 } from '../support/fastify.js'
import {
  DIST,
  type Framework,
  gate,
  HTML,
  html,
  MANIFEST,
  PLAN,
  type Running,
  site,
  type SiteChanges,
  type Transport,
} from '../support/site.js'

const frameworks: Framework[] = [fastify5, express4, express5]
const transports: Transport[] = ['HTTP/1.1', 'h2c', 'h2']

for (const framework of frameworks) {
  for (const transport of transports) {
    describe(`${framework.name} over ${transport}`, () => {
      let running: Running | undefined

      const start = async (changes?: SiteChanges): Promise<Running> => {
        running = await framework.start(site(changes), transport)
        return running
      }
      afterEach(async () => {
        await running?.close()
        running = undefined
      })

      describe('every protocol', () =>
        everyProtocol(start, transport === 'HTTP/1.1' ? visitHttp1 : visit))
      if (transport === 'HTTP/1.1') describe('HTTP/1.1', () => http1(start))
      else describe('HTTP/2', () => http2(start))
      if (transport === 'h2') {
        it('serves HTTP/1.1 on the same port with a Link header', async () => {
          const { origin } = await start()
          const seen = await visitHttp1(origin)
          expect(linked(seen)).to.deep.equal(PLAN)
          expect(seen.body.toString()).to.equal(HTML)
        })
      }
    })
  }
}

type Start = (changes?: SiteChanges) => Promise<Running>
type Visitor = typeof visit | typeof visitHttp1

/** A page that fits the smallest window. */
const tiny = { headers: html, body: '<p>hi' }

const pushEnds = (events: readonly PushplanEvent[]) =>
  events.filter(
    (event): event is PushplanEvent & { type: 'push' } =>
      event.type === 'push' && event.outcome !== 'promised',
  )

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}

const linked = (seen: { headers: Readonly<Record<string, unknown>> }) =>
  parseLink(String(seen.headers['link'] ?? '')).map(({ url }) => url)

function everyProtocol(start: Start, visitor: Visitor): void {
  const cases: [name: string, path: string, reply: object, status: number][] = [
    ['a JSON route', '/json', { headers: { 'content-type': 'application/json' }, body: '{}' }, 200],
    ['a redirect', '/go', { status: 302, headers: { ...html, location: '/' } }, 302],
    ['a 404', '/lost', { status: 404, headers: html, body: '<p>lost' }, 404],
    ['a 304', '/same', { status: 304, headers: { etag: '"1"' } }, 304],
    ['a 500', '/broken', { status: 500, headers: html, body: '<p>broken' }, 500],
  ]
  for (const [name, path, reply, status] of cases) {
    it(`gives ${name} nothing`, async () => {
      const { origin } = await start({
        routes: { [path]: () => reply },
        options: { routes: { [path]: 'index.html' } },
      })
      const seen = await visitor(origin, { path })
      expect(seen.status).to.equal(status)
      expect(seen.headers).to.not.have.any.keys('link', 'set-cookie')
      expect(seen.hints).to.deep.equal([])
      expect(seen.pushes.filter(({ response }) => response !== undefined)).to.deep.equal([])
    })
  }

  it('links the whole plan on a page', async () => {
    const { origin } = await start()
    const seen = await visitor(origin, { path: '/?utm_source=mail' })
    expect(linked(seen)).to.deep.equal(PLAN)
    expect(seen.body.toString()).to.equal(HTML)
  })

  it('delivers for the entry and the asset that a handler names', async () => {
    const reply = { entry: 'index.html', add: '/more.css', headers: html, body: HTML }
    const { origin } = await start({ routes: { '/any': () => reply } })
    const seen = await visitor(origin, { path: '/any' })
    expect(linked(seen)).to.deep.equal([...PLAN, '/more.css'])
    expect(seen.body.toString()).to.equal(HTML)
  })

  it('lets nothing that a handler names break a header', async () => {
    const add = '/x.css\r\nset-cookie: stolen=1'
    const reply = { add, headers: html, body: HTML }
    const { origin } = await start({ routes: { '/any': () => reply } })
    const seen = await visitor(origin, { path: '/any' })
    const cookies = [seen.headers['set-cookie']].flat().map((line) => line?.split('=', 1)[0])
    expect(cookies).to.deep.equal(['pushplan'])
    expect(String(seen.headers['link'])).to.not.match(/[\r\n]/)
    expect(seen.body.toString()).to.equal(HTML)
  })

  it('links on HEAD as on GET, and pushes nothing', async () => {
    const { origin } = await start()
    const seen = await visitor(origin, { method: 'HEAD' })
    expect(linked(seen)).to.deep.equal(PLAN)
    expect(seen.pushes).to.deep.equal([])
    expect(seen.body.length).to.equal(0)
  })

  it('gives a POST nothing', async () => {
    const { origin } = await start()
    const seen = await visitor(origin, { method: 'POST' })
    expect(seen.headers).to.not.have.any.keys('link', 'set-cookie')
    expect(seen.pushes).to.deep.equal([])
  })

  it('gives a fetch by a script nothing', async () => {
    const { origin } = await start()
    const seen = await visitor(origin, {
      headers: { accept: 'text/html', 'sec-fetch-dest': 'empty' },
    })
    expect(seen.headers).to.not.have.any.keys('link', 'set-cookie')
    expect(seen.pushes).to.deep.equal([])
  })

  it("keeps the application's Link and cookies, and does not repeat what it announces", async () => {
    const [first] = PLAN
    const own = `</me>; rel="author", <${first}>; rel=preload; as=style`
    const { origin } = await start({
      routes: {
        '/': () => ({ headers: { ...html, link: own, 'set-cookie': 'basket=1' }, body: HTML }),
      },
    })
    const seen = await visitor(origin)
    expect(linked(seen)).to.deep.equal(['/me', ...PLAN])
    expect(
      [seen.headers['set-cookie']].flat().map((line) => line?.split(/[=;]/, 1)[0]),
    ).to.deep.equal(['basket', 'pushplan'])
  })

  it('adds nothing to lists that the application keeps', async () => {
    const link = ['</own.css>; rel=preload; as=style', '</own.js>; rel=modulepreload']
    const { origin } = await start({
      routes: { '/': () => ({ headers: { ...html, link }, body: HTML }) },
    })
    for (const _ of ['first', 'second'])
      expect(linked(await visitor(origin))).to.deep.equal(['/own.css', '/own.js', ...PLAN])
    expect(link).to.have.lengthOf(2)
  })

  it('remembers a first visit by cookie, and not a repeated one', async () => {
    const { origin, events } = await start()
    const first = await visitor(origin)
    const [cookie = ''] = [first.headers['set-cookie']].flat()
    const secure = origin.startsWith('https') ? ' Secure;' : ''
    const [value = '', ...attributes] = cookie.split('; ')
    expect(value).to.match(/^pushplan=v1\.[\w-]{10,20}$/)
    expect(attributes.join('; ')).to.equal(
      `Max-Age=2592000; Path=/; HttpOnly;${secure} SameSite=Lax`,
    )
    const headers = { ...NAVIGATION, cookie: `a=b; ${value}` }
    const second = await visitor(origin, { headers })
    expect(second.headers).to.not.have.property('set-cookie')
    expect(second.pushes).to.deep.equal([])
    expect(linked(second)).to.deep.equal(PLAN)
    expect(events.flatMap((event) => (event.type === 'delivery' ? event.visit : []))).to.deep.equal(
      ['first', 'repeat'],
    )
  })

  for (const value of ['', 'v0.AeLA', 'v1.', 'v1.?', 'v1.'.padEnd(4200, 'x'), '%E0%A4%A', '"v1']) {
    it(`treats the cookie value "${value.slice(0, 10)}" as absent`, async () => {
      const { origin } = await start()
      const seen = await visitor(origin, {
        headers: { ...NAVIGATION, cookie: `pushplan=${value}` },
      })
      expect(seen.status).to.equal(200)
      expect(seen.headers).to.have.property('set-cookie')
    })
  }

  const reused: Readonly<Record<string, string>>[] = [
    { 'cache-control': 'public, max-age=60' },
    { 'cache-control': 's-maxage=60' },
    { 'cache-control': 'public, immutable' },
    { expires: 'Fri, 31 Dec 9999 23:59:59 GMT' },
    { 'cache-control': 'must-revalidate', expires: 'Fri, 31 Dec 9999 23:59:59 GMT' },
    { 'cache-control': 'public, max-age=0', 'cdn-cache-control': 'max-age=600' },
    { 'cache-control': 'no-cache', 'surrogate-control': 'max-age=600' },
  ]
  const own: typeof reused = [
    { 'cache-control': 'no-cache' },
    { 'cache-control': 'public, max-age=0' },
    { 'cache-control': 'private', expires: 'Fri, 31 Dec 9999 23:59:59 GMT' },
    { expires: '0' },
  ]
  for (const [headers, cookie] of [
    ...reused.map((headers) => [headers, false] as const),
    ...own.map((headers) => [headers, true] as const),
  ]) {
    const what = `${cookie ? 'a' : 'no'} cookie on a page with ${JSON.stringify(headers)}`
    it(`sets ${what}, by whether shared caches may reuse it`, async () => {
      const { origin } = await start({
        routes: { '/': () => ({ headers: { ...html, ...headers }, body: HTML }) },
      })
      const seen = await visitor(origin)
      expect('set-cookie' in seen.headers).to.equal(cookie)
      expect(linked(seen)).to.deep.equal(PLAN)
    })
  }

  it("keeps the destination of what a handler adds, with that destination's CORS", async () => {
    const add = { url: '/img/42?w=800', as: 'image', fetchpriority: 'high' } as const
    const { origin } = await start({
      routes: { '/any': () => ({ add, headers: html, body: HTML }) },
    })
    const seen = await visitor(origin, { path: '/any' })
    expect(seen.headers['link']).to.equal(
      '</img/42?w=800>; rel=preload; as=image; fetchpriority=high',
    )
  })

  it('leaves out every tier that an option switches off', async () => {
    const { origin } = await start({ options: { push: false, earlyHints: 'never', link: false } })
    const seen = await visitor(origin)
    expect(seen.headers).to.not.have.any.keys('link', 'set-cookie')
    expect(seen).to.include({ status: 200 }).and.to.deep.include({ hints: [], pushes: [] })
  })

  it('link.maxBytes ends the header before the value that does not fit', async () => {
    const { origin } = await start({ options: { link: { maxBytes: 200 } } })
    const seen = await visitor(origin)
    expect(linked(seen)).to.deep.equal(PLAN.slice(0, 2))
  })

  it('warns of assets that the application does not serve, and neither pushes nor hints them', async () => {
    const { origin, events } = await start({ withoutAssets: true })
    const seen = await visitor(origin)
    expect(seen.body.toString()).to.equal(HTML)
    expect(seen.headers).to.not.have.any.keys('link', 'set-cookie')
    expect(seen.pushes).to.deep.equal([])
    const warnings = events.filter((event) => event.type === 'warning')
    expect(warnings.map(({ asset }) => asset?.url)).to.include.members(PLAN)
    expect(warnings[0]?.message).to.match(
      /answers 404 for \/static\/assets\/.*option "base" \(now "\/static\/"\)/,
    )
  })
}

function http1(start: Start): void {
  const slow = (changes: SiteChanges = {}) => {
    const waiting = gate()
    const routes = {
      '/slow': async () => {
        await waiting.opened
        return { headers: html, body: HTML }
      },
    }
    return {
      waiting,
      running: start({
        ...changes,
        routes,
        options: { ...changes.options, routes: { '/slow': 'index.html' } },
      }),
    }
  }

  it('sends no 103 by default', async () => {
    const { waiting, running } = slow()
    const { origin } = await running
    const visiting = visitHttp1(origin, { path: '/slow' })
    void setImmediate().then(waiting.open)
    expect((await visiting).hints).to.deep.equal([])
  })

  it('sends no 103 to an HTTP/1.0 client', async () => {
    const { origin } = await start({
      routes: {
        '/slow': async () => {
          for (let turn = 0; turn < 3; turn += 1) await setImmediate()
          return { headers: html, body: HTML }
        },
      },
      options: { earlyHints: 'always', routes: { '/slow': 'index.html' } },
    })
    const { hostname, port } = new URL(origin)
    const socket = createConnection(Number(port), hostname)
    socket.write('GET /slow HTTP/1.0\r\naccept: text/html\r\n\r\n')
    const answer = await text(socket)
    expect(answer).to.match(/^HTTP\/1\.1 200 /)
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).to.equal(HTML)
  })

  it("earlyHints: 'always' sends one 103, and the connection serves on", async () => {
    const { waiting, running } = slow({ options: { earlyHints: 'always' } })
    const { origin } = await running
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const first = await visitHttp1(origin, { path: '/slow', agent, onHint: waiting.open })
    const second = await visitHttp1(origin, { path: '/slow', agent })
    agent.destroy()
    expect(first.hints).to.have.length(1)
    expect(parseLink(first.hints).map(({ url }) => url)).to.deep.equal(PLAN)
    for (const seen of [first, second]) expect(seen.body.toString()).to.equal(HTML)
  })
}

function http2(start: Start): void {
  const withPushOff = { settings: { enablePush: false } }
  const paths = (seen: { pushes: readonly { path: string }[] }) =>
    seen.pushes.map(({ path }) => path)

  it('pushes the plan on a first visit, in order, and marks it nopush', async () => {
    const { origin } = await start()
    const seen = await visit(origin)
    expect(paths(seen)).to.deep.equal(PLAN)
    expect(parseLink(String(seen.headers['link'])).every(({ nopush }) => nopush)).to.equal(true)
    expect(seen.hints).to.deep.equal([])
    expect(seen.body.toString()).to.equal(HTML)
  })

  it('pushes after a deploy what has changed, and remembers that, too', async () => {
    const changed = '/static/assets/index-byyKbHP7.js'
    const former = changed.replace('byyKbHP7', 'before00')
    const old = await start({
      options: { manifest: renamed(MANIFEST, changed, former) },
      routes: { [former]: () => ({ headers: { 'content-type': 'text/javascript' } }) },
    })
    const first = await visit(old.origin)
    await old.close()
    const { origin } = await start()
    const second = await visit(origin, { headers: { ...NAVIGATION, cookie: cookieOf(first) } })
    const third = await visit(origin, { headers: { ...NAVIGATION, cookie: cookieOf(second) } })
    expect(paths(first)).to.include(former).and.to.have.length(PLAN.length)
    expect(paths(second)).to.deep.equal([changed])
    expect(paths(third)).to.deep.equal([])
    expect(third.headers).to.not.have.property('set-cookie')
    for (const seen of [first, second, third]) expect(linked(seen)).to.have.length(PLAN.length)
  })

  it('remembers what it has pushed where it hints nothing', async () => {
    const { origin } = await start({ options: { link: false, earlyHints: 'never' } })
    const first = await visit(origin)
    const second = await visit(origin, { headers: { ...NAVIGATION, cookie: cookieOf(first) } })
    expect(paths(first)).to.deep.equal(PLAN)
    expect(paths(second)).to.deep.equal([])
  })

  it('does not push what the Cache-Digest of the client has', async () => {
    const { origin } = await start()
    const [style = '', ...rest] = PLAN
    const digest = encodeDigest(mergeDigest([origin + style]))
    for (const [header, pushed] of [
      [`${digest}; complete`, rest],
      [`${digest}; stale`, PLAN],
    ] as const) {
      const seen = await visit(origin, { headers: { ...NAVIGATION, 'cache-digest': header } })
      expect(paths(seen)).to.deep.equal(pushed)
      expect(linked(seen)).to.deep.equal(PLAN)
    }
  })

  it('promises a GET of our authority and scheme with the accept-encoding of the client', async () => {
    const { origin } = await start({ compress: true })
    const seen = await visit(origin, { headers: { ...NAVIGATION, 'accept-encoding': 'gzip' } })
    const [push] = seen.pushes
    expect(push?.request).to.include({
      ':method': 'GET',
      ':authority': new URL(origin).host,
      ':scheme': new URL(origin).protocol.slice(0, -1),
      'accept-encoding': 'gzip',
    })
    expect(push?.response?.headers['content-encoding']).to.equal('gzip')
  })

  for (const encoding of ['', 'gzip', 'br, gzip', 'identity']) {
    it(`pushes what a GET with accept-encoding "${encoding}" answers`, async () => {
      const { origin } = await start({ compress: true })
      const extra = encoding === '' ? {} : { 'accept-encoding': encoding }
      const { pushes } = await visit(origin, { headers: { ...NAVIGATION, ...extra } })
      expect(pushes).to.have.length(PLAN.length)
      for (const { path, response } of pushes) {
        const asked = await visit(origin, { path, headers: extra })
        const { date: _, ...headers } = asked.headers
        const { date: __, ...pushed } = response?.headers ?? {}
        expect(response?.status).to.equal(asked.status)
        expect(pushed).to.deep.equal(headers)
        expect(response?.body.equals(asked.body), path).to.equal(true)
      }
    })
  }

  it('never pushes an asset twice on one connection', async () => {
    const { origin } = await start()
    const session = connect(origin)
    const first = await visitOn(session)
    const second = await visitOn(session)
    const other = await visitOn(session, { path: '/nested/page' })
    session.close()
    expect(paths(first)).to.deep.equal(PLAN)
    expect(paths(second)).to.deep.equal([])
    expect(other.status).to.equal(404)
  })

  it('pushes what two pages of one connection share with the first of them only', async () => {
    const { origin } = await start({
      routes: { '/nested': () => ({ headers: html, body: HTML }) },
      options: { routes: { '/nested': 'nested/page.html' } },
    })
    const session = connect(origin)
    const first = await visitOn(session)
    const second = await visitOn(session, { path: '/nested' })
    session.close()
    const shared = linked(second).filter((url) => PLAN.includes(url))
    expect(shared).to.not.deep.equal([])
    expect(paths(first)).to.include.members(shared)
    expect(paths(second)).to.deep.equal(linked(second).filter((url) => !PLAN.includes(url)))
  })

  it('promises nothing to a login page that redirects to itself, until it is a page', async () => {
    const form = { headers: html, body: HTML }
    const redirect = { status: 302, headers: { location: '/login' } }
    const answers = [redirect, redirect, form, form]
    const { origin } = await start({
      routes: { '/login': () => answers.shift() ?? form },
      options: { routes: { '/login': 'index.html' } },
    })
    const visits = []
    for (const _ of [1, 2, 3, 4]) visits.push(await visit(origin, { path: '/login' }))
    const [, again, page, known] = visits.map(paths)
    expect(again).to.deep.equal([])
    expect(page).to.deep.equal([])
    expect(known).to.deep.equal(PLAN)
    expect(visits.flatMap(paths)).to.not.include('/login')
  })

  it('promises the next visitor what it does, after a 304 to another', async () => {
    const answers = [{ status: 304, headers: { etag: '"1"' } }]
    const { origin } = await start({
      routes: { '/': () => answers.shift() ?? { headers: html, body: HTML } },
    })
    const known = await visit(origin, { headers: { ...NAVIGATION, 'if-none-match': '"1"' } })
    expect(known.status).to.equal(304)
    expect(paths(await visit(origin))).to.deep.equal(PLAN)
  })

  it('promises nothing after a GOAWAY that came while the handler worked', async () => {
    const [asked, waiting] = [gate(), gate()]
    const { origin, events } = await start({
      routes: {
        '/late': async () => {
          asked.open()
          await waiting.opened
          return { entry: 'index.html', headers: html, body: HTML }
        },
      },
    })
    const session = connect(origin)
    const visiting = visitOn(session, { path: '/late' })
    await asked.opened
    session.goaway()
    await new Promise((resolve) => session.ping(resolve))
    waiting.open()
    const seen = await visiting
    session.close()
    expect(seen.pushes).to.deep.equal([])
    expect(linked(seen)).to.deep.equal(PLAN)
    expect(seen.body.toString()).to.equal(HTML)
    expect(events.filter(({ type }) => type === 'error')).to.deep.equal([])
  })

  it('serves the page, and says so, when the file of a promised asset is gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pushplan-contract-'))
    try {
      await cp(DIST, folder, { recursive: true })
      const { origin, events } = await start({ dist: pathToFileURL(`${folder}/`) })
      await visit(origin)
      await rm(join(folder, 'assets'), { recursive: true })
      // The answer to another Accept-Encoding is not known yet, and has to be asked for.
      const seen = await visit(origin, { headers: { ...NAVIGATION, 'accept-encoding': 'br' } })
      expect(seen.body.toString()).to.equal(HTML)
      expect(seen.pushes.filter(({ response }) => response !== undefined)).to.deep.equal([])
      const outcomes = pushEnds(events).map(({ outcome }) => outcome)
      expect(outcomes.slice(PLAN.length)).to.deep.equal(PLAN.map(() => 'abandoned'))
      expect(await visit(origin, { path: PLAN[0] ?? '' })).to.include({ status: 404 })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('hints with one 103 a client that refuses push while the handler works, then links', async () => {
    const waiting = gate()
    const { origin } = await start({
      routes: {
        '/slow': async () => {
          await waiting.opened
          return { headers: html, body: HTML }
        },
      },
      options: { routes: { '/slow': 'index.html' } },
    })
    const seen = await visit(origin, { ...withPushOff, path: '/slow', onHint: waiting.open })
    expect(seen.hints).to.have.length(1)
    expect(parseLink(seen.hints).map(({ url }) => url)).to.deep.equal(PLAN)
    expect(linked(seen)).to.deep.equal(PLAN)
    expect(String(seen.headers['link'])).to.not.include('nopush')
    expect(seen.pushes).to.deep.equal([])
  })

  it('sends no 103 when the handler answers at once', async () => {
    const { origin } = await start()
    const seen = await visit(origin, withPushOff)
    expect(seen.hints).to.deep.equal([])
    expect(linked(seen)).to.deep.equal(PLAN)
  })

  const unpushed: [name: string, headers: Record<string, string>][] = [
    ['a conditional request', { 'if-none-match': '"x"' }],
    ['a prefetch', { 'sec-purpose': 'prefetch;prerender' }],
    ['Save-Data', { 'save-data': 'on' }],
    ['Accept-Push-Policy: none', { 'accept-push-policy': 'none' }],
    ['an Accept-Encoding nobody sends', { 'accept-encoding': 'x'.repeat(256) }],
  ]
  for (const [name, extra] of unpushed) {
    it(`pushes nothing to ${name}`, async () => {
      const { origin } = await start()
      const seen = await visit(origin, { headers: { ...NAVIGATION, ...extra } })
      expect(seen.pushes).to.deep.equal([])
      expect(linked(seen)).to.deep.equal(PLAN)
    })
  }

  it('delivers what is asked for while a page is made, past an empty response', async () => {
    const waiting = gate()
    const { origin } = await start({
      routes: {
        '/slow': async () => {
          await waiting.opened
          return { headers: html, body: HTML }
        },
        '/empty': () => ({ headers: { 'content-type': 'text/css' }, body: '' }),
        '/small': () => ({ headers: { 'content-type': 'text/css' }, body: 'a{}' }),
      },
      options: { routes: { '/slow': 'index.html' }, push: false },
    })
    const session = connect(origin)
    const page = visitOn(session, { path: '/slow' })
    const assets = ['/empty', '/small'].map((path) => visitOn(session, { path, headers: {} }))
    const bodies = (await Promise.all(assets)).map(({ body }) => body.toString())
    expect(bodies).to.deep.equal(['', 'a{}'])
    waiting.open()
    expect((await page).body.toString()).to.equal(HTML)
    session.close()
  })

  it('promises nothing to a client that takes no concurrent stream', async () => {
    const { origin } = await start()
    const session = connect(origin, { maxConcurrentStreams: 0 })
    const seen = await visitOn(session)
    session.close()
    expect(seen.pushes).to.deep.equal([])
  })

  for (const [name, code] of [
    ['CANCEL', 8],
    ['REFUSED_STREAM', 7],
    ['PROTOCOL_ERROR', 1],
  ] as const) {
    it(`goes on with the next push when the client resets one with ${name}`, async () => {
      const { origin, events } = await start()
      const onPush = (stream: { close(code: number): void }, index: number) =>
        index === 0 && stream.close(code)
      const seen = await visit(origin, { onPush })
      expect(seen.body.toString()).to.equal(HTML)
      expect(seen.pushes[0]?.response).to.equal(undefined)
      expect(seen.pushes.slice(1).map(({ response }) => response?.status)).to.deep.equal([
        200, 200, 200, 200,
      ])
      const [first] = pushEnds(events)
      expect(first?.outcome).to.equal(name === 'REFUSED_STREAM' ? 'refused' : 'cancelled')
    })
  }

  it('stops pushing to a session that resets what is pushed, and serves it on', async () => {
    const files = readdirSync(new URL('assets', DIST)).filter((file) => /\.(?:js|css)$/.test(file))
    const css = files.map((file) => `assets/${file}`)
    const entry = (list: string[]) => ({ file: list[0], css: list, isEntry: true })
    const { origin } = await start({
      routes: { '/': () => tiny, '/more': () => tiny },
      options: {
        manifest: { 'index.html': entry(css.slice(0, 8)), 'more.html': entry(css.slice(8)) },
      },
    })
    // Smaller than any asset, so that no push can be over before it is reset.
    const session = connect(origin, { initialWindowSize: tiny.body.length })
    const onPush = (stream: { close(code: number): void }) => stream.close(8)
    const first = await visitOn(session, { onPush })
    // The server has seen every reset by then.
    await new Promise((resolve) => session.ping(resolve))
    const second = await visitOn(session, { path: '/more' })
    session.close()
    expect(first.pushes).to.have.length(8)
    expect(second.pushes).to.deep.equal([])
    expect(second.body.toString()).to.equal(tiny.body)
  })

  it('no longer pushes assets that clients keep resetting', async () => {
    const { origin } = await start({ routes: { '/': () => tiny } })
    const onPush = (stream: { close(code: number): void }) => stream.close(8)
    const settings = { initialWindowSize: tiny.body.length }
    for (let visits = 0; visits < 20; visits += 1) await visit(origin, { onPush, settings })
    const seen = await visit(origin)
    expect(seen.pushes).to.deep.equal([])
    expect(linked(seen)).to.deep.equal(PLAN)
  })

  it('reports each promise, and each push with its bytes', async () => {
    const { origin, events } = await start()
    const seen = await visit(origin)
    const promised = events.flatMap((event) =>
      event.type === 'push' && event.outcome === 'promised' ? [event.asset.url] : [],
    )
    expect(promised).to.deep.equal(PLAN)
    const ends = pushEnds(events)
    expect(ends.map(({ asset, outcome, bytes }) => [asset.url, outcome, bytes])).to.deep.equal(
      seen.pushes.map(({ path, response }) => [path, 'delivered', response?.body.length]),
    )
    expect(ends.every(({ ms }) => ms > 0)).to.equal(true)
  })

  it('reports the pushes of a client that leaves in the middle as abandoned, not as reset', async () => {
    const { origin, events } = await start({ routes: { '/': () => tiny } })
    const session = connect(origin, { initialWindowSize: tiny.body.length })
    session.on('stream', (stream) => stream.on('error', () => {}))
    const page = session.request({ ':path': '/', ...NAVIGATION })
    await once(page.resume(), 'end')
    session.destroy()
    await until(() => pushEnds(events).length === PLAN.length)
    expect(new Set(pushEnds(events).map(({ outcome }) => outcome))).to.deep.equal(
      new Set(['abandoned']),
    )
  })

  it('makes no more promises than the client takes streams at a time, and links the rest', async () => {
    const { origin, events } = await start()
    const session = connect(origin, { maxConcurrentStreams: 3 })
    const seen = await visitOn(session)
    session.close()
    expect(linked(seen)).to.deep.equal(PLAN)
    const delivery = events.find((event) => event.type === 'delivery')
    expect(delivery?.push.map(({ url }) => url)).to.deep.equal(PLAN.slice(0, 3))
    const limited = delivery?.reasons.filter(({ code }) => code === 'stream-limit')
    expect(limited?.map(({ asset }) => asset?.url)).to.deep.equal(PLAN.slice(3))
  })

  it('keeps within push.maxAssets and push.maxAssetBytes, and hints the rest', async () => {
    const { origin } = await start({ options: { push: { maxAssets: 2, maxAssetBytes: 1000 } } })
    const seen = await visit(origin)
    expect(paths(seen)).to.deep.equal([PLAN[0], PLAN[1]])
    expect(linked(seen)).to.deep.equal(PLAN)
  })

  it('closes cleanly with a session open', async () => {
    const running = await start()
    const session = connect(running.origin)
    await visitOn(session)
    const closed = once(session, 'close')
    await running.close()
    await closed
  })
}

function renamed(manifest: object, file: string, to: string): object {
  const name = (url: string) => url.replace('/static/', '')
  return JSON.parse(JSON.stringify(manifest).replaceAll(name(file), name(to)))
}

/** What a browser sends back. */
function cookieOf({ headers }: Visit): string {
  return [headers['set-cookie']].flat().join('; ').split(';', 1)[0] ?? ''
}
