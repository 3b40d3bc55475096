import { expect } from 'chai'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import {
  atOnce,
  createPlan,
  createPlanner,
  PushplanError,
  readHtml,
  readManifest,
  readPage,
  readSsrManifest,
} from '@pushplan/core'

const readSsr = (json: unknown) => atOnce(readSsrManifest(json))

/** `npm run fuzz` takes many more. */
const runs = Number(process.env.FUZZ_RUNS ?? 200)

const samples = {
  vite: 'vite8-html/dist/.vite/manifest.json',
  'vite-legacy': 'vite8-legacy/dist/.vite/manifest.json',
  'vite-ssr': 'vite8-html/dist/.vite/ssr-manifest.json',
  'webpack-stats': 'webpack-stats-map/stats.json',
  'rspack-stats': 'rspack/stats.json',
  'webpack-assets-manifest': 'webpack-assets-manifest/dist/assets-manifest.json',
  'webpack-manifest-plugin': 'webpack-manifest-plugin/dist/manifest.json',
  rsbuild: 'rsbuild/dist/manifest.json',
  esbuild: 'esbuild/meta.json',
  parcel: 'parcel/dist/parcel-manifest.json',
}

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', '/', '..', '//', 'http://[', '\ud800', 'a\r\nb', '__proto__', '%', null, -1),
)
const mutation = fc.record({
  kind: fc.constantFrom('replace', 'delete', 'wrap', 'rename', 'move'),
  at: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
  from: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
  value,
  key: fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'file', 'entrypoints', 'children', 'length'),
  ),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

/** The object or array that a path of numbers leads to, and the key of its last step. */
function place(json: unknown, path: readonly number[]): [holder: object, key: string] | undefined {
  let holder: unknown = json
  for (const [depth, step] of path.entries()) {
    const keys: string[] = typeof holder === 'object' && holder !== null ? Object.keys(holder) : []
    const key = keys[step % keys.length]
    if (key === undefined || typeof holder !== 'object' || holder === null) return undefined
    const next: unknown = Reflect.get(holder, key)
    if (depth === path.length - 1 || typeof next !== 'object' || next === null) return [holder, key]
    holder = next
  }
  return undefined
}

function mutate(json: unknown, { kind, at, from, value, key }: Mutation): void {
  const target = place(json, at)
  if (target === undefined) return
  const [holder, name] = target
  const old: unknown = Reflect.get(holder, name)
  if (kind === 'replace') Reflect.set(holder, name, structuredClone(value))
  if (kind === 'wrap') Reflect.set(holder, name, [old])
  if (kind === 'delete' || kind === 'rename') Reflect.deleteProperty(holder, name)
  if (kind === 'rename' && !Array.isArray(holder))
    Object.defineProperty(holder, key, { value: old, enumerable: true, configurable: true })
  const source = kind === 'move' ? place(json, from) : undefined
  if (source !== undefined) Reflect.set(holder, name, structuredClone(Reflect.get(...source)))
}

describe('readers of mutated manifests', () => {
  for (const [name, path] of Object.entries(samples)) {
    const text = readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')
    const read = name === 'vite-ssr' ? readSsr : readManifest

    it(`${name}: a graph whose entries can be planned, or a PushplanError`, function () {
      this.timeout(0)
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
          const mutated: unknown = JSON.parse(text)
          for (const step of mutations) mutate(mutated, step)
          try {
            // Holes that deletions leave in arrays are nothing that a file can have.
            const graph = read(JSON.parse(JSON.stringify(mutated)))
            if ('entries' in graph && typeof graph.entries !== 'function')
              for (const entry of graph.entries)
                createPlan(graph as ReturnType<typeof readManifest>, entry)
          } catch (error) {
            expect(error).to.be.instanceOf(PushplanError)
          }
        }),
        { numRuns: runs },
      )
    })
  }

  it('any text as HTML and as CSS: what can be read of it', () => {
    const html = ['<script src="', '<link rel=stylesheet href=', '">', '<base href=', '<template>']
    const css = ['@import "', '@font-face{', 'src:url(', '}', ';', ')', 'unicode-range:U+', '//[']
    const part = fc.constantFrom(...html, ...css)
    const text = fc.array(fc.oneof(part, fc.string())).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, (html, css) => {
        const pages = [
          readPage({ path: 'index.html', html: `<link rel=stylesheet href=a.css>${html}` }),
        ]
        createPlanner(readHtml(pages), { pages, readCss: () => css }).planOf('index.html')
      }),
      { numRuns: runs },
    )
  })

  it('anything: a graph or a PushplanError', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          readManifest(json)
        } catch (error) {
          expect(error).to.be.instanceOf(PushplanError)
        }
      }),
      { numRuns: runs },
    )
  })
})
