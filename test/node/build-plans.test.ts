import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { type Asset, decide, pathOnOrigin, type Plan, resolveOptions } from '@pushplan/core'
import { createPushplan, type Pushplan, type PushplanOptions } from '@pushplan/node'
import { FIRST_VISIT } from '../support/facts.ts'
import { PLANS } from '../support/plans.ts'

const fixtures = new URL('../fixtures/', import.meta.url)
const host = { handler: () => {}, warn: () => {} }
const build = (path: string, options: Partial<PushplanOptions> = {}): Pushplan =>
  createPushplan({ manifest: new URL(path, fixtures), ...options }, host)
const urls = (assets: readonly Asset[]) => assets.map(({ url }) => url)

function show({ assets, lazy }: Plan): string[] {
  const line = ({ rel, as, crossorigin, url }: Asset) =>
    `${rel === 'preconnect' ? 'connect' : as}${crossorigin ? '+' : ''} ${url.replace('/static/', '')}`
  return [...assets.map(line), ...(lazy.length > 0 ? ['lazy', ...lazy.map(line)] : [])]
}

describe('plans of real builds, with nothing but the manifest given', () => {
  for (const [manifest, plans] of Object.entries(PLANS)) {
    for (const [entry, lines] of Object.entries(plans)) {
      it(`${manifest}: ${entry}`, () => {
        const expected = lines
          .trim()
          .split('\n')
          .map((line) => line.trim())
        expect(show(build(manifest).planOf(entry))).to.deep.equal(expected)
      })

      it(`${manifest}: ${entry} names files that were built`, () => {
        const { assets, lazy } = build(manifest).planOf(entry)
        const root = manifest.replace(/(?:\/dist.*|\/[^/]*\.json)$/, '/dist/')
        const local = urls([...assets, ...lazy]).flatMap((url) => pathOnOrigin(url, '') ?? [])
        const missing = local.filter((url) => {
          // The shop's sample leaves out the fonts of the Inter package, to be small.
          const file = url.replace('/static/', '').replace(/^\//, '')
          return !file.includes('inter-latin-') && !existsSync(new URL(root + file, fixtures))
        })
        expect(missing).to.deep.equal([])
      })
    }
  }
})

/** Tags by another hand than the reader's: the attributes of each in a row. */
function tagsOf(html: string): Record<string, string>[] {
  return [...html.matchAll(/<(script|link)\s([^>]*)>/g)].map(([, name = '', text = '']) => {
    const pairs = text.matchAll(/([\w-]+)(?:="([^"]*)")?/g)
    return { name, ...Object.fromEntries([...pairs].map(([, key, value = '']) => [key, value])) }
  })
}

describe('plans of entries with built HTML', () => {
  const pages: [manifest: string, entry: string, html: string][] = [
    ...['vite8-html', 'vite7-html'].flatMap((folder): [string, string, string][] => [
      [`${folder}/dist/.vite/manifest.json`, 'index.html', `${folder}/dist/index.html`],
      [`${folder}/dist/.vite/manifest.json`, 'nested/page.html', `${folder}/dist/nested/page.html`],
    ]),
    ['vite4-html/dist/manifest.json', 'index.html', 'vite4-html/dist/index.html'],
    ['vite4-html/dist/manifest.json', 'nested/page.html', 'vite4-html/dist/nested/page.html'],
    ['vite8-shop/dist/.vite/manifest.json', 'index.html', 'vite8-shop/dist/index.html'],
    ['rsbuild/dist/manifest.json', 'main', 'rsbuild/dist/main.html'],
    ['rsbuild/dist/manifest.json', 'admin', 'rsbuild/dist/admin.html'],
    ['parcel/dist/parcel-manifest.json', 'index.html', 'parcel/dist/index.html'],
    ['parcel/dist/parcel-manifest.json', 'nested/page.html', 'parcel/dist/nested/page.html'],
  ]
  for (const [manifest, entry, html] of pages) {
    it(`${manifest}: ${entry} has exactly the tags of ${html}`, () => {
      const tags = tagsOf(readFileSync(new URL(html, fixtures), 'utf8'))
      const { assets } = build(manifest).planOf(entry)
      const planned = assets.flatMap(({ url, rel, as, crossorigin }) => {
        if (as !== 'style' && as !== 'script') return []
        return { url, rel, as, crossorigin: crossorigin !== undefined }
      })
      const written = tags.flatMap((tag) => {
        const url = tag.src ?? tag.href
        if (url === undefined || tag.rel === 'preconnect') return []
        const script = tag.name === 'script' || tag.rel === 'modulepreload'
        const module = tag.type === 'module' || tag.rel === 'modulepreload'
        return {
          url,
          rel: module ? 'modulepreload' : 'preload',
          as: script ? 'script' : 'style',
          crossorigin: tag.crossorigin !== undefined,
        }
      })
      const of = (kind: string, list: readonly { as: string }[]) =>
        list.filter(({ as }) => as === kind)
      expect(of('style', planned)).to.deep.equal(of('style', written))
      expect(of('script', planned)).to.deep.equal(of('script', written))
    })
  }
})

describe('a shop-like Vite build', () => {
  const shop = 'vite8-shop/dist/.vite/manifest.json'
  const fonts = (options: Partial<PushplanOptions> = {}) =>
    urls(
      build(shop, options)
        .planOf('index.html')
        .assets.filter(({ as }) => as === 'font'),
    )

  it('has the font that only its CSS names, and of each subset font the Latin one', () => {
    expect(readFileSync(new URL(shop, fixtures), 'utf8')).not.to.contain('display')
    expect(fonts()).to.deep.equal([
      '/assets/inter-latin-400-normal-C38fXH4l.woff2',
      '/assets/inter-latin-700-normal-Yt3aPRUw.woff2',
      '/fonts/display.woff2',
    ])
  })

  it('unicodeRange takes the fonts of other scripts', () => {
    expect(fonts({ unicodeRange: 'U+3B1-3C9' })).to.deep.equal([
      '/assets/inter-greek-400-normal-B4URO6DV.woff2',
      '/assets/inter-greek-700-normal-C3JjAnD8.woff2',
      '/fonts/display.woff2',
    ])
  })

  it('pushes that font on a first visit', () => {
    const { push } = decide(build(shop).planOf('index.html'), FIRST_VISIT, resolveOptions({}))
    expect(urls(push)).to.deep.equal([
      '/assets/index-DfOi-D2Y.css',
      ...fonts(),
      '/assets/index-B28kJwYm.js',
    ])
  })

  it('connects to the origin that its HTML connects to', () => {
    const [first] = build(shop).planOf('index.html').assets
    expect(first).to.deep.equal({
      url: 'https://img.example',
      rel: 'preconnect',
      as: 'fetch',
      crossorigin: 'anonymous',
    })
  })
})
