import { expect } from 'chai'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { type DefaultTreeAdapterMap, parse } from 'parse5'
import {
  type Asset,
  createAsset,
  createPlan,
  type CrossoriginOptions,
  extendPlan,
  PushplanError,
  readManifest,
} from '@pushplan/core'

const fixtures = new URL('../fixtures/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, fixtures), 'utf8')
const graphOf = (folder: string, options = {}) =>
  readManifest(JSON.parse(read(`${folder}/dist/.vite/manifest.json`)), options)
const urls = (assets: readonly Asset[]) => assets.map(({ url }) => url)

interface Tag {
  readonly kind: 'style' | 'module' | 'modulepreload'
  readonly url: string
  readonly crossorigin: boolean
}

function tags(html: string): Tag[] {
  const found: Tag[] = []
  const visit = (node: DefaultTreeAdapterMap['node']) => {
    if ('attrs' in node) {
      const attribute = (name: string) => node.attrs.find((attr) => attr.name === name)?.value
      const crossorigin = attribute('crossorigin') !== undefined
      const rel = attribute('rel')
      if (node.tagName === 'script' && attribute('type') === 'module') {
        found.push({ kind: 'module', url: attribute('src') ?? '', crossorigin })
      }
      if (rel === 'stylesheet' || rel === 'modulepreload') {
        found.push({
          kind: rel === 'stylesheet' ? 'style' : rel,
          url: attribute('href') ?? '',
          crossorigin,
        })
      }
    }
    if ('childNodes' in node) node.childNodes.forEach(visit)
  }
  visit(parse(html))
  return found
}

describe('createPlan', () => {
  const builds: [folder: string, manifest: string, crossorigin?: CrossoriginOptions][] = [
    ['vite8-html', '.vite/manifest.json'],
    ['vite7-html', '.vite/manifest.json'],
    ['vite4-html', 'manifest.json', { style: false }],
  ]
  for (const [folder, file, crossorigin] of builds) {
    for (const page of ['index.html', 'nested/page.html']) {
      it(`plans for ${folder} ${page} what its built HTML loads`, () => {
        const graph = readManifest(JSON.parse(read(`${folder}/dist/${file}`)), {
          base: '/static/',
          crossorigin,
        })
        const { assets } = createPlan(graph, page)
        const html = tags(read(`${folder}/dist/${page}`))
        const planned = assets.filter(({ as }) => as === 'style' || as === 'script')
        const of = (kind: Tag['kind']) => html.filter((tag) => tag.kind === kind)
        expect(urls(planned.filter(({ as }) => as === 'style'))).to.deep.equal(
          of('style').map(({ url }) => url),
        )
        expect(urls(planned.filter(({ rel }) => rel === 'modulepreload'))).to.deep.equal(
          [...of('module'), ...of('modulepreload')].map(({ url }) => url),
        )
        expect(planned).to.have.length(html.length)
        const cors = new Map(html.map(({ url, crossorigin }) => [url, crossorigin]))
        for (const asset of planned)
          expect(asset.crossorigin === 'anonymous', asset.url).to.equal(cors.get(asset.url))
      })
    }
  }

  it('puts styles before fonts, fonts before modules, the entry before its imports, images last', () => {
    const { assets } = createPlan(graphOf('vite8'), 'src/main.js')
    expect(assets.map(({ as, rel }) => `${as} ${rel}`)).to.deep.equal([
      'style preload',
      'style preload',
      'font preload',
      'script modulepreload',
      'script modulepreload',
      'image preload',
      'image preload',
      'image preload',
    ])
  })

  it('hints fonts with their type and crossorigin, and WOFF2 only', () => {
    const fonts = createPlan(graphOf('vite8'), 'src/main.js').assets.filter(
      ({ as }) => as === 'font',
    )
    expect(fonts).to.deep.equal([
      {
        url: '/assets/inter-regular-BhVl-9w4.woff2',
        rel: 'preload',
        as: 'font',
        type: 'font/woff2',
        crossorigin: 'anonymous',
      },
    ])
  })

  it('keeps what dynamic imports load in lazy, and out of assets', () => {
    const { assets, lazy } = createPlan(graphOf('vite8-html'), 'index.html')
    expect(urls(lazy)).to.deep.equal([
      '/assets/lazy-dep-DhXyKv6w.css',
      '/assets/lazy-BrI12I5k.css',
      '/assets/lazy-dep-DSajiuGG.js',
      '/assets/lazy-Bmro29M9.js',
      '/assets/lazy-bg-BKRE_QME.png',
    ])
    expect(urls(assets).filter((url) => urls(lazy).includes(url))).to.deep.equal([])
  })

  it('ends on chunks that import each other', () => {
    const { assets } = createPlan(graphOf('vite8-circular'), 'src/main.js')
    expect(urls(assets).filter((url) => url.includes('circ-'))).to.deep.equal([
      '/assets/circ-b-BA_dbL_s.js',
      '/assets/circ-a-CfOT2Ya4.js',
    ])
  })

  it('gives every page the one stylesheet of cssCodeSplit: false', () => {
    for (const entry of ['src/main.js', 'src/admin.js']) {
      const [style] = createPlan(graphOf('vite8-nosplit'), entry).assets
      expect(style?.url).to.equal('/assets/style-Ar3IVDXM.css')
    }
  })

  it('leaves the twins of plugin-legacy out of the entries', () => {
    expect(graphOf('vite8-legacy').entries).to.deep.equal(['src/admin.js', 'src/main.js'])
  })

  const bases: [base: string, url: string][] = [
    ['/', '/assets/a%20b.css'],
    ['', '/assets/a%20b.css'],
    ['./', '/assets/a%20b.css'],
    ['/foo', '/foo/assets/a%20b.css'],
    ['/foo/', '/foo/assets/a%20b.css'],
    ['https://h/p', 'https://h/p/assets/a%20b.css'],
    ['//h/p', '//h/p/assets/a%20b.css'],
  ]
  for (const [base, url] of bases) {
    it(`joins base "${base}" with the encoded file`, () => {
      const graph = readManifest({ a: { file: 'assets/a b.css', isEntry: true } }, { base })
      const styles = createPlan(graph, 'a').assets.filter(({ as }) => as === 'style')
      expect(urls(styles)).to.deep.equal([url])
    })
  }

  it('encodes names as the built HTML does, and # and ? too', () => {
    const graph = readManifest({ a: { file: 'тест/a@b+c[d]#e?f%.js', isEntry: true } })
    expect(urls(createPlan(graph, 'a').assets)).to.deep.equal([
      '/%D1%82%D0%B5%D1%81%D1%82/a@b+c%5Bd%5D%23e%3Ff%25.js',
    ])
  })

  it('plans a CSS-only entry, and one that is a facade over its imports', () => {
    const graph = readManifest({
      'a.css': { file: 'a.css', isEntry: true },
      page: { file: 'page.js', isEntry: true, imports: ['_b', '_gone'] },
      _b: { file: 'b.js', css: ['b.css'] },
    })
    expect(urls(createPlan(graph, 'a.css').assets)).to.deep.equal(['/a.css'])
    expect(urls(createPlan(graph, 'page').assets)).to.deep.equal(['/b.css', '/page.js', '/b.js'])
  })

  it('is frozen', () => {
    const plan = createPlan(graphOf('vite8'), 'src/main.js')
    for (const part of [plan, plan.assets, plan.lazy, plan.assets[0]])
      expect(Object.isFrozen(part)).to.equal(true)
  })

  const suggestions: [name: string, expected: string][] = [
    ['src/mian.js', 'src/main.js'],
    ['main.js', 'src/main.js'],
    ['admin', 'src/admin.js'],
  ]
  for (const [name, expected] of suggestions) {
    it(`suggests "${expected}" for the unknown entry "${name}"`, () => {
      expect(() => createPlan(graphOf('vite8'), name))
        .to.throw(PushplanError, `no entry "${name}". Did you mean "${expected}"?`)
        .with.property('code', 'PUSHPLAN_ENTRY_UNKNOWN')
    })
  }

  it('gives each entry the same plan in every order of asking, each asset once, on any graph', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const some = fc.subarray(ids)
    const record = fc.record({
      imports: some,
      dynamicImports: some,
      css: fc.subarray(['x.css', 'y.css', 'z.css']),
    })
    const manifest = fc
      .tuple(...ids.map(() => record))
      .map((records) =>
        Object.fromEntries(
          records.map((made, at) => [ids[at], { file: `${ids[at]}.js`, isEntry: true, ...made }]),
        ),
      )
    fc.assert(
      fc.property(manifest, fc.shuffledSubarray(ids, { minLength: 5 }), (json, order) => {
        const graph = readManifest(json)
        const asked = new Map(order.map((id) => [id, createPlan(graph, id)]))
        for (const id of ids) {
          const fresh = createPlan(readManifest(json), id)
          expect(asked.get(id)).to.deep.equal(fresh)
          const all = urls([...fresh.assets, ...fresh.lazy])
          expect(new Set(all).size).to.equal(all.length)
        }
      }),
    )
  })

  it('walks a chain of 100,000 chunks', () => {
    const records = Array.from({ length: 100_000 }, (_, at) => [
      `c${at}`,
      { file: `c${at}.js`, imports: [`c${at + 1}`] },
    ])
    const graph = readManifest(Object.fromEntries(records))
    expect(createPlan(graph, 'c0').assets).to.have.length(100_000)
  })
})

describe('readManifest', () => {
  const noManifests: [json: unknown, found: string][] = [
    [null, 'null'],
    [[], 'an array of 0'],
    ['x', '"x"'],
    [{}, 'an empty object'],
    [{ name: 'app', version: '1' }, 'an object with the keys "name", "version"'],
  ]
  for (const [json, found] of noManifests) {
    it(`says that it found ${found} and expected a manifest`, () => {
      expect(() => readManifest(json))
        .to.throw(PushplanError, `found ${found}, expected`)
        .with.property('code', 'PUSHPLAN_MANIFEST_INVALID')
    })
  }

  it('names the record that is broken', () => {
    const broken = { a: { file: 'a.js' }, b: { file: 'b.js', css: 'b.css' } }
    expect(() => readManifest(broken)).to.throw(
      PushplanError,
      'broken at "b": found "b.css" where "css"',
    )
    expect(() => readManifest({ a: { file: 'a.js' }, b: 1 })).to.throw(
      PushplanError,
      'broken at "b": found 1',
    )
  })
})

describe('extendPlan', () => {
  const [style, font, script, image] = ['/a.css', '/a.woff2', '/a.js', '/a.png'].map((url) =>
    createAsset(url),
  ) as [Asset, Asset, Asset, Asset]
  const plain = createAsset('/b.png')
  const elsewhere: Asset = { url: 'https://a.example', rel: 'preconnect', as: 'fetch' }
  const anonymous: Asset = { ...elsewhere, crossorigin: 'anonymous' }
  const urgent = createAsset('/b.png', { fetchpriority: 'high' })
  const rows: [planned: Asset[], added: Asset[], extended: Asset[]][] = [
    [
      [style, font],
      [script, image],
      [style, font, script, image],
    ],
    [
      [style, font],
      [script, urgent],
      [style, urgent, font, script],
    ],
    [[style], [urgent], [style, urgent]],
    [[], [script, urgent], [urgent, script]],
    [
      [style, font],
      [font, style, script],
      [style, font, script],
    ],
    [[style, font, plain], [urgent], [style, urgent, font]],
    [
      [style, urgent, font],
      [plain, urgent],
      [style, urgent, font],
    ],
    [
      [elsewhere, anonymous, style, font],
      [script, urgent],
      [elsewhere, anonymous, style, urgent, font, script],
    ],
    [[font, style], [script], [font, style, script]],
  ]
  for (const [planned, added, extended] of rows) {
    it(`${urls(planned).join(' ') || 'nothing'} with ${urls(added).join(' ')}`, () => {
      const plan = { entry: 'a', assets: planned, lazy: [script] }
      expect(extendPlan(plan, added)).to.deep.equal({ ...plan, assets: extended })
    })
  }
})
