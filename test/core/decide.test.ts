import { expect } from 'chai'
import {
  type Asset,
  createAsset,
  decide,
  type Plan,
  type Policy,
  type RequestFacts,
  resolveOptions,
  type Supply,
} from '@pushplan/core'
import { FIRST_VISIT } from '../support/facts.js'

const [style, font, module, image] = ['/a.css', '/a.woff2', '/a.js', '/a.png'].map((url) =>
  createAsset(url),
) as [Asset, Asset, Asset, Asset]
const plan: Plan = { entry: 'a', assets: [style, font, module], lazy: [] }
const policy: Policy = resolveOptions({})

const of = (changes: Partial<RequestFacts>, allowed: Partial<Policy> = {}) =>
  decide(plan, { ...FIRST_VISIT, ...changes }, { ...policy, ...allowed })
const codes = (delivery: ReturnType<typeof decide>, tier: string) =>
  delivery.reasons.filter((reason) => reason.tier === tier).map(({ code }) => code)

describe('decide', () => {
  it('pushes no more than the session has slots for, and hints the rest', () => {
    const made = of({ pushSlots: 2 })
    expect(made.push).to.deep.equal([style, font])
    expect(made.earlyHints).to.deep.equal([module])
    expect(made.reasons).to.deep.include({ tier: 'push', code: 'stream-limit', asset: module })
  })

  it('pushes the whole plan on a first visit, hints nothing, links all', () => {
    const { push, earlyHints, link } = of({})
    expect(push).to.deep.equal(plan.assets)
    expect(earlyHints).to.deep.equal([])
    expect(link).to.deep.equal(plan.assets)
  })

  it('delivers nothing but a reason to what is no page, or has no entry', () => {
    for (const [made, code] of [
      [of({ page: false }), 'not-a-page'],
      [decide(undefined, FIRST_VISIT, policy), 'no-entry'],
    ] as const) {
      expect(made).to.deep.include({ push: [], earlyHints: [], link: [] })
      expect(made.reasons.map((reason) => reason.code)).to.deep.equal([code])
    }
  })

  const noPush: [changes: Partial<RequestFacts>, code: string][] = [
    [{ protocol: 'http/1.1' }, 'http1'],
    [{ pushSlots: 0 }, 'client-refuses-push'],
    [{ method: 'HEAD' }, 'method'],
    [{ conditional: true }, 'conditional'],
    [{ prefetch: true }, 'prefetch'],
    [{ saveData: true }, 'save-data'],
    [{ pushDeclined: true }, 'accept-push-policy'],
    [{ visit: 'repeat' }, 'repeat-visit'],
    [{ visit: 'unknown' }, 'visit-unknown'],
  ]
  for (const [changes, code] of noPush) {
    it(`does not push where ${JSON.stringify(changes)}, because of ${code}, and links all`, () => {
      const made = of(changes)
      expect(made.push).to.deep.equal([])
      expect(codes(made, 'push')).to.deep.equal([code])
      expect(made.link).to.deep.equal(plan.assets)
    })
  }

  it('pushes to a client that comes back what its digest has not, and hints and links all', () => {
    const inDigest = (asset: Asset) => asset === font
    const made = of({ visit: 'repeat', inDigest })
    expect(made.push).to.deep.equal([style, module])
    expect(made.earlyHints).to.deep.equal([font])
    expect(made.link).to.deep.equal(plan.assets)
    expect(made.reasons).to.deep.include({ tier: 'push', code: 'held', asset: font })
  })

  const supplies: [supply: Supply, code: string][] = [
    [{ state: 'unknown' }, 'not-asked-yet'],
    [{ state: 'unpushable', why: 'set-cookie' }, 'set-cookie'],
    [{ state: 'ready', bytes: 128 * 1024 + 1 }, 'too-large'],
  ]
  for (const [supply, code] of supplies) {
    it(`hints the asset of which is known ${JSON.stringify(supply)} instead of pushing it`, () => {
      const made = of({ supply: (asset) => (asset === font ? supply : FIRST_VISIT.supply(asset)) })
      expect(made.push).to.deep.equal([style, module])
      expect(made.earlyHints).to.deep.equal([font])
      expect(codes(made, 'push')).to.deep.equal([code])
    })
  }

  it('neither pushes, hints nor links what the application does not serve', () => {
    const made = of({
      supply: (asset) => (asset === font ? { state: 'missing' } : FIRST_VISIT.supply(asset)),
    })
    expect([made.push, made.earlyHints, made.link]).to.deep.equal([
      [style, module],
      [],
      [style, module],
    ])
  })

  it('takes the next asset that fits when one does not', () => {
    const bytes = new Map([
      [style, 600],
      [font, 500],
      [module, 400],
    ])
    const made = of(
      { supply: (asset) => ({ state: 'ready', bytes: bytes.get(asset) ?? 0 }) },
      { push: { maxBytes: 1000, maxAssets: 9, maxAssetBytes: 999 } },
    )
    expect(made.push).to.deep.equal([style, module])
    expect(made.earlyHints).to.deep.equal([font])
  })

  it('pushes at most maxAssets', () => {
    expect(
      of({}, { push: { maxBytes: 1e6, maxAssets: 1, maxAssetBytes: 1e6 } }).push,
    ).to.deep.equal([style])
  })

  it('neither pushes nor hints what the client holds', () => {
    const made = of({ held: (asset) => asset === style })
    expect(made.push).to.deep.equal([font, module])
    expect(made.earlyHints).to.deep.equal([])
    expect(made.link).to.deep.equal(plan.assets)
  })

  const origins: [url: string, pushed: boolean][] = [
    ['https://shop.example/a.css', true],
    ['https://shop.example:443/a.css', true],
    ['//shop.example/a.css', true],
    ['http://shop.example/a.css', false],
    ['https://shop.example:8443/a.css', false],
    ['https://cdn.example/a.css', false],
    ['//cdn.example/a.css', false],
    ['../a.css', false],
    ['a.css', false],
  ]
  for (const [url, pushed] of origins) {
    it(`${pushed ? 'pushes' : 'hints, but never pushes,'} ${url} for a page of https://shop.example`, () => {
      const asset = createAsset(url)
      const made = decide({ ...plan, assets: [asset] }, FIRST_VISIT, policy)
      expect(made.push).to.deep.equal(pushed ? [asset] : [])
      expect(made.link).to.deep.equal([asset])
    })
  }

  const hints: [changes: Partial<RequestFacts>, option: Policy['earlyHints'], hinted: boolean][] = [
    [{}, 'http2', true],
    [{}, 'never', false],
    [{ navigation: false }, 'http2', false],
    [{ navigation: false }, 'always', true],
    [{ protocol: 'http/1.1' }, 'http2', false],
    [{ protocol: 'http/1.1' }, 'always', true],
    [{ protocol: 'http/1.0' }, 'always', false],
    [{ method: 'HEAD' }, 'always', false],
    [{ conditional: true }, 'always', false],
  ]
  for (const [changes, option, hinted] of hints) {
    it(`earlyHints '${option}' ${hinted ? 'hints' : 'does not hint'} ${JSON.stringify(changes)}`, () => {
      const made = of({ pushSlots: 0, ...changes }, { earlyHints: option })
      expect(made.earlyHints).to.deep.equal(hinted ? plan.assets : [])
    })
  }

  it('leaves out of the 103, not of Link, what browsers would misread there', () => {
    const responsive = { ...image, imagesrcset: 'a.png 1x, b.png 2x' }
    const print = { ...style, media: 'print' }
    const assets = [responsive, print, module]
    const made = decide({ ...plan, assets }, { ...FIRST_VISIT, pushSlots: 0 }, policy)
    expect(made.earlyHints).to.deep.equal([module])
    expect(made.link).to.deep.equal(assets)
  })

  it('refuses an asset whose URL would split a header, and says so', () => {
    const evil = { ...style, url: '/a\r\nx: y' }
    const made = decide({ ...plan, assets: [evil, module] }, FIRST_VISIT, policy)
    expect([made.push, made.link]).to.deep.equal([[module], [module]])
    expect(codes(made, 'link')).to.deep.equal(['unsafe-url'])
  })
})
