import { parseLink } from '@pushplan/core'
import { expect } from 'chai'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import type { Http2SecureServer, Settings } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createShop as createExpressShop } from '../../examples/express/server.ts'
import { createShop as createFastifyShop, type ShopOptions } from '../../examples/fastify/server.ts'
import { certificate } from '../support/certificate.ts'
import { connect, type Visit, visitOn } from '../support/client.ts'

const dist = new URL('../../examples/shop/dist/', import.meta.url)

/** The shop's manifest as other bundlers write theirs: it names no font, and none with a stylesheet. */
function withoutFonts(): object {
  const text = readFileSync(new URL('.vite/manifest.json', dist), 'utf8')
  const isFont = (value: unknown) => /\.woff2?$/.test(String(value))
  return JSON.parse(text, (_key, value: unknown) => {
    if (Array.isArray(value)) return value.filter((file) => !isFont(file))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).filter(([name]) => !isFont(name)))
  })
}

type Start = (options: ShopOptions) => Promise<Http2SecureServer>

const frameworks: Readonly<Record<string, Start>> = {
  async Express(options) {
    return createExpressShop(options).listen(0, 'localhost')
  },
  async Fastify(options) {
    const app = await createFastifyShop(options)
    await app.listen({ port: 0, host: 'localhost' })
    return app.server
  },
}

async function firstVisit(
  start: Start,
  options: Partial<ShopOptions>,
  settings: Settings = {},
): Promise<Visit> {
  const server = await start({ certificate: await certificate(), ...options })
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const session = connect(`https://localhost:${port}`, settings)
  try {
    return await visitOn(session)
  } finally {
    session.close()
    server.close()
  }
}

describe('the shop', () => {
  for (const [name, start] of Object.entries(frameworks)) {
    it(`with ${name} pushes its fonts on a first visit though its manifest has none`, async () => {
      const manifest = withoutFonts()
      expect(JSON.stringify(manifest)).to.contain('.css').and.not.to.contain('woff')
      const { status, pushes } = await firstVisit(start, { manifest, root: dist })
      const fonts = readdirSync(new URL('assets', dist)).filter((file) => file.endsWith('.woff2'))
      const pushed = pushes.filter(({ path }) => path.includes('woff'))
      expect(status).to.equal(200)
      expect(fonts).not.to.deep.equal([])
      expect(pushed.map(({ path }) => path)).to.deep.equal(fonts.map((file) => `/assets/${file}`))
      for (const { path, request, response } of pushed) {
        const file = readFileSync(new URL(`.${path}`, dist))
        expect(request).to.include({ ':method': 'GET' })
        expect(response).to.include({ status: 200 })
        expect(response?.headers).to.include({ 'content-type': 'font/woff2' })
        expect(response?.body.equals(file), path).to.equal(true)
      }
    })

    it(`with ${name} pushes the same where Vite's own manifest lists them`, async () => {
      const paths = async (options: Partial<ShopOptions>) =>
        (await firstVisit(start, options)).pushes.map(({ path }) => path)
      expect(await paths({})).to.deep.equal(await paths({ manifest: withoutFonts(), root: dist }))
    })

    it(`with ${name} names again what is pushed only where the page's tags do so late, or not at all`, async () => {
      const { headers, pushes } = await firstVisit(start, {})
      const links = parseLink(String(headers['link']))
      const late = pushes.map(({ path }) => path).filter((path) => /\.(?:svg|woff2)$/.test(path))
      expect(links.map(({ url }) => url)).to.deep.equal(late)
      expect(links.every(({ nopush }) => nopush)).to.equal(true)
      const unpushed = await firstVisit(start, {}, { enablePush: false })
      expect(parseLink(String(unpushed.headers['link'])).map(({ url }) => url)).to.deep.equal(
        pushes.map(({ path }) => path),
      )
    })
  }
})
