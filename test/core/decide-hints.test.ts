import { expect } from 'chai'
import {
  type Asset,
  createAsset,
  decide,
  type Delivery,
  type Plan,
  type PlanningOptions,
  resolveOptions,
} from '@pushplan/core'
import { FIRST_VISIT } from '../support/facts.js'

const style = createAsset('/a.css')
const module = createAsset('/a.js')
const image = createAsset('/a.png')
const later = createAsset('/later.js')
const elsewhere: Asset = { url: 'https://cdn.example', rel: 'preconnect', as: 'fetch' }
const plan: Plan = { entry: 'a', assets: [style, module, image], lazy: [later] }

const decided = (changes: Partial<Plan> = {}, options: PlanningOptions = {}): Delivery =>
  decide({ ...plan, ...changes }, FIRST_VISIT, resolveOptions(options))

describe('decide', () => {
  it('hints images and does not push them', () => {
    const { push, earlyHints, link, reasons } = decided()
    expect(push).to.deep.equal([style, module])
    expect(earlyHints).to.deep.equal([image])
    expect(link).to.deep.equal(plan.assets)
    expect(reasons).to.deep.include({ tier: 'push', code: 'image', asset: image })
  })

  it('leaves out of Link, and not of a 103, the images that the page itself names', () => {
    const inPage = new Set([style.url, module.url, image.url])
    const { earlyHints, link, reasons } = decided({ inPage }, { push: false })
    expect(earlyHints).to.deep.equal(plan.assets)
    expect(link).to.deep.equal([style, module])
    expect(reasons).to.deep.include({ tier: 'link', code: 'in-page', asset: image })
  })

  it('leaves out of Link what is pushed, or was promised before, and is named by the page', () => {
    const inPage = new Set([style.url])
    const { push, link, reasons } = decided({ inPage })
    expect(push).to.deep.equal([style, module])
    expect(link).to.deep.equal([module, image])
    expect(reasons).to.deep.include({ tier: 'link', code: 'in-page', asset: style })
    const before = { ...FIRST_VISIT, held: () => true, promised: () => true }
    expect(decide({ ...plan, inPage }, before, resolveOptions({})).link).to.deep.equal(link)
  })

  it('keeps all of them in Link where the page comes in parts', () => {
    const inPage = new Set([style.url, image.url])
    const facts = { ...FIRST_VISIT, inParts: true }
    const { link } = decide({ ...plan, inPage }, facts, resolveOptions({}))
    expect(link).to.deep.equal(plan.assets)
  })

  it('keeps in Link the one that the page shows first', () => {
    const shown = { ...image, fetchpriority: 'high' } as const
    const { link } = decided({ assets: [shown, module], inPage: new Set([image.url]) })
    expect(link).to.deep.equal([shown, module])
  })

  it('push.images pushes them too', () => {
    expect(decided({}, { push: { images: true } }).push).to.deep.equal(plan.assets)
  })

  it('pushes the image that the page shows first, unless push.images is false', () => {
    const assets = [style, { ...image, fetchpriority: 'high' } as const, module]
    expect(decided({ assets }).push).to.deep.equal(assets)
    expect(decided({ assets }, { push: { images: false } }).push).to.deep.equal([style, module])
  })

  for (const condition of [{ imagesrcset: '/b.png 2x' }, { media: '(min-width: 800px)' }]) {
    it(`pushes no image that hangs on the screen (${Object.keys(condition)})`, () => {
      const assets = [{ ...image, fetchpriority: 'high', ...condition } as const]
      const { push, link, reasons } = decided({ assets }, { push: { images: true } })
      expect([push, link]).to.deep.equal([[], assets])
      expect(reasons).to.deep.include({
        tier: 'push',
        code: 'conditional-attributes',
        asset: assets[0],
      })
    })
  }

  it('pushes the modules of a page with an import map, and hints none of them', () => {
    const { push, link, earlyHints, reasons } = decided({ importMap: true })
    expect(push).to.include(module)
    expect([...link, ...earlyHints]).not.to.include(module)
    expect(reasons).to.deep.include({ tier: 'link', code: 'import-map', asset: module })
  })

  it('prefetch puts lazy assets at the end of Link, and nowhere else', () => {
    const { push, earlyHints, link } = decided({}, { prefetch: true })
    expect(link).to.deep.equal([...plan.assets, later])
    expect([...push, ...earlyHints]).not.to.include(later)
    expect(decided().link).not.to.include(later)
  })

  it('keeps lazy URLs out that must not reach a header', () => {
    const unsafe = { ...later, url: '/a\r\nb' }
    expect(decided({ lazy: [unsafe] }, { prefetch: true }).link).to.deep.equal(plan.assets)
  })

  it('hints a connection to another origin, and never pushes it', () => {
    const { push, earlyHints, link } = decided({ assets: [elsewhere] })
    expect(push).to.deep.equal([])
    expect(earlyHints).to.deep.equal([elsewhere])
    expect(link).to.deep.equal([elsewhere])
  })

  it('leaves out a connection to the own origin, and asks nobody for it', () => {
    const own = { ...elsewhere, url: 'https://shop.example' }
    const supply = () => expect.fail('a connection is no asset')
    const { link, reasons } = decide(
      { ...plan, assets: [own] },
      { ...FIRST_VISIT, supply },
      resolveOptions({}),
    )
    expect(link).to.deep.equal([])
    expect(reasons).to.deep.include({ tier: 'link', code: 'held', asset: own })
  })
})
