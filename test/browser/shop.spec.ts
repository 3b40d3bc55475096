import { expect } from 'chai'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { createCertificate } from '../../examples/certificate.ts'
import { launches, openBrowser } from './browsers.ts'
import { type Shop, shops } from './shops.ts'

/** What a browser says of a response that it has used. */
interface Used {
  readonly path: string
  readonly pushed: boolean
  readonly hinted: boolean
}

/** A tab: what its pages used, and what its console says. */
class Tab {
  readonly console: string[] = []
  readonly #page: Page
  #used: Used[] = []

  private constructor(page: Page, devtools: CDPSession) {
    this.#page = page
    page.on('console', (message) => this.console.push(message.text()))
    devtools.on('Network.responseReceived', ({ response }) => {
      this.#used.push({
        path: new URL(response.url).pathname,
        pushed: (response.timing?.pushStart ?? 0) > 0,
        hinted: Reflect.get(response, 'fromEarlyHints') === true,
      })
    })
  }

  static async open(browser: Browser): Promise<Tab> {
    const context = await browser.newContext()
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    const tab = new Tab(page, devtools)
    await devtools.send('Network.enable')
    return tab
  }

  /** Opens a page, and tells which assets it used once nothing is under way any more. */
  async visit(url: string): Promise<Used[]> {
    this.#used = []
    await this.#page.goto(url, { waitUntil: 'networkidle' })
    return this.#used.filter(({ path }) => path.startsWith('/assets/'))
  }
}

const pathsOf = (used: readonly Used[]) => used.map(({ path }) => path)

for (const [framework, start] of Object.entries(shops)) {
  for (const name of Object.keys(launches) as (keyof typeof launches)[]) {
    describe(`the shop on ${framework} in ${name}`, () => {
      let shop: Shop
      let opened: Awaited<ReturnType<typeof openBrowser>>
      let tab: Tab

      before(async () => {
        const certificate = await createCertificate()
        shop = await start(certificate)
        opened = await openBrowser(name, certificate.cert)
        tab = await Tab.open(opened.browser)
      })
      after(async () => {
        await opened.close()
        await shop.close()
      })

      it('a first visit gets its assets ahead of the page, each of them once', async () => {
        const used = await tab.visit(`${shop.origin}/slow`)
        expect(used.length).to.be.greaterThan(5)
        if (name === 'Chromium 103') expectPushed(used, shop)
        else expectHinted(used, shop)
      })

      it('the next page asks for itself alone', async () => {
        shop.asked.length = 0
        const used = await tab.visit(`${shop.origin}/`)
        expect(used.length).to.be.greaterThan(5)
        expect(shop.asked).to.deep.equal(['/'])
      })

      it('another page gets what it does not share', async () => {
        shop.asked.length = shop.pushes.length = 0
        const used = await tab.visit(`${shop.origin}/product/`)
        const [page, ...asked] = shop.asked
        const pushed = shop.pushes.map(({ asset }) => asset.url)
        expect(page).to.equal('/product/')
        expect(name === 'Chromium 103' ? asked : pushed).to.deep.equal([])
        const assets = [...asked, ...pushed]
        expect(assets.length).to.be.within(1, used.length - 1)
        expect(pathsOf(used)).to.include.members(assets)
        expect(assets.every((path) => path.includes('product'))).to.equal(true)
      })

      it('every hint matched what the page asked for: the console is empty', () => {
        expect(tab.console).to.deep.equal([])
      })
    })
  }
}

/** Everything came by push, the image that the page shows first too, and nothing was asked for. */
function expectPushed(used: readonly Used[], { asked, pushes }: Shop): void {
  expect(used.filter(({ pushed }) => !pushed)).to.deep.equal([])
  expect(asked).to.deep.equal(['/slow'])
  expect(pathsOf(used)).to.have.members(pushes.map(({ asset }) => asset.url))
  expect(pushes.every(({ outcome }) => outcome === 'delivered')).to.equal(true)
}

function expectHinted(used: readonly Used[], { asked, pushes }: Shop): void {
  expect(used.filter(({ hinted }) => !hinted)).to.deep.equal([])
  expect(asked).to.have.members(['/slow', ...pathsOf(used)])
  expect(pushes).to.deep.equal([])
}
