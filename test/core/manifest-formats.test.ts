import { expect } from 'chai'
import {
  type Asset,
  createPlan,
  type ManifestOptions,
  PushplanError,
  readManifest,
} from '@pushplan/core'

const lines = (assets: readonly Asset[]) =>
  assets.map(({ rel, as, url }) => `${rel === 'modulepreload' ? 'module' : as} ${url}`)

interface Row {
  readonly title: string
  readonly manifest: unknown
  readonly options?: ManifestOptions
  readonly entries: readonly string[]
  /** Of the first entry. */
  readonly plan: readonly string[]
  readonly lazy?: readonly string[]
}

const entrypoint = { entrypoints: { main: { assets: ['main.js', 'main.css'] } } }
const output = (more: object) => ({ imports: [], exports: [], inputs: {}, bytes: 1, ...more })

const rows: readonly Row[] = [
  {
    title: 'Vite: an entry that only imports',
    manifest: {
      'a.html': { file: 'a.js', isEntry: true, imports: ['_b.js'] },
      '_b.js': { file: 'b.js', css: ['b.css'] },
    },
    entries: ['a.html'],
    plan: ['style /b.css', 'module /a.js', 'module /b.js'],
  },
  {
    title: 'Vite: a CSS entry, and placeholder keys',
    manifest: { '\u0000x': { file: 'assets/s.css', src: 's.css', isEntry: true } },
    entries: ['\u0000x'],
    plan: ['style /assets/s.css'],
  },
  {
    title: 'Vite: names beyond ASCII',
    manifest: { m: { file: 'assets/тест é.js', isEntry: true } },
    entries: ['m'],
    plan: ['module /assets/%D1%82%D0%B5%D1%81%D1%82%20%C3%A9.js'],
  },
  {
    title: 'Vite: the base of another origin is connected to',
    manifest: { m: { file: 'm.js', isEntry: true } },
    options: { base: 'https://cdn.example/app/' },
    entries: ['m'],
    plan: ['fetch https://cdn.example', 'module https://cdn.example/app/m.js'],
  },
  {
    title: 'stats: assets as strings, source maps and hot updates left out',
    manifest: {
      publicPath: 'auto',
      entrypoints: { main: { assets: ['m.js', 'm.css', 'm.js.map', 'm.1a2b.hot-update.js'] } },
    },
    entries: ['main'],
    plan: ['style /m.css', 'script /m.js'],
  },
  {
    title: 'stats: childAssets preload after the page, prefetch lazy',
    manifest: {
      publicPath: '/p/',
      entrypoints: {
        main: {
          assets: [{ name: 'm.js' }],
          childAssets: { preload: ['pre.js', 'pre.css'], prefetch: ['fetch.js'] },
        },
      },
    },
    entries: ['main'],
    plan: ['script /p/m.js', 'script /p/pre.js', 'style /p/pre.css'],
    lazy: ['script /p/fetch.js'],
  },
  {
    title: 'stats: numeric chunk ids, modules, and integrity',
    manifest: {
      entrypoints: { main: { assets: [{ name: 'm.js' }] } },
      assets: [{ name: 'm.js', info: { javascriptModule: true } }, { name: '7.js' }],
      chunks: [
        { id: 1, names: ['main'], files: ['m.js'], children: [7] },
        { id: 7, names: [], files: ['7.js'] },
      ],
    },
    entries: ['main'],
    plan: ['module /m.js'],
    lazy: ['script /7.js'],
  },
  {
    title: 'stats: several compilers',
    manifest: { children: [entrypoint, { entrypoints: { admin: { assets: ['a.js'] } } }] },
    entries: ['main', 'admin'],
    plan: ['style /main.css', 'script /main.js'],
  },
  {
    title: 'stats: the option base goes before publicPath',
    manifest: { ...entrypoint, publicPath: '/a/' },
    options: { base: '/b' },
    entries: ['main'],
    plan: ['style /b/main.css', 'script /b/main.js'],
  },
  ...[
    { publicPath: 'dist/', base: '/dist/' },
    { publicPath: './static/', base: '/static/' },
    { publicPath: '../', base: '/' },
    { publicPath: '/app/', base: '/app/' },
  ].map(({ publicPath, base }) => ({
    title: `stats: publicPath ${publicPath}`,
    manifest: { ...entrypoint, publicPath },
    entries: ['main'],
    plan: [`style ${base}main.css`, `script ${base}main.js`],
  })),
  {
    title: 'stats: file names with a query',
    manifest: { entrypoints: { main: { assets: ['m#1.js?v=1a&b'] } } },
    entries: ['main'],
    plan: ['script /m%231.js?v=1a&b'],
  },
  {
    title: 'webpack-assets-manifest: assets as objects, lists of prefetch and preload',
    manifest: {
      'main.js': { src: 'm.js', integrity: 'sha384-x' },
      entrypoints: {
        main: {
          assets: { js: [{ src: 'm.js', integrity: '' }], 'js.map': ['m.js.map'] },
          preload: { js: ['pre.js'] },
          prefetch: { css: ['f.css'] },
        },
      },
    },
    options: { base: '/w/' },
    entries: ['main'],
    plan: ['script /w/m.js', 'script /w/pre.js'],
    lazy: ['style /w/f.css'],
  },
  {
    title: 'webpack-assets-manifest: the lists of Symfony',
    manifest: {
      entrypoints: { app: { js: ['/build/app.js'], css: ['/build/app.css'] } },
      integrity: { '/build/app.js': 'sha384-y' },
    },
    entries: ['app'],
    plan: ['style /build/app.css', 'script /build/app.js'],
  },
  {
    title: 'webpack-manifest-plugin: entrypoints by name, without the public path of the files',
    manifest: {
      files: { 'main.js': '/static/js/main.1a.js', 'main.css': '/static/css/main.1a.css' },
      entrypoints: { main: ['js/main.1a.js', 'css/main.1a.css', 'js/main.1a.js.map'] },
    },
    entries: ['main'],
    plan: ['style /static/css/main.1a.css', 'script /static/js/main.1a.js'],
  },
  {
    title: 'webpack-manifest-plugin: the one list of Create React App',
    manifest: {
      files: { 'main.js': '/app/static/js/main.1a.js', 'index.html': '/app/index.html' },
      entrypoints: ['static/js/main.1a.js'],
    },
    entries: ['main'],
    plan: ['script /app/static/js/main.1a.js'],
  },
  {
    title: 'webpack-manifest-plugin: a flat one with integrity',
    manifest: { 'main.js': { src: '/m.js', integrity: 'sha384-z' }, 'main.css': '/m.css' },
    entries: ['main'],
    plan: ['style /m.css', 'script /m.js'],
  },
  {
    title: 'Rsbuild: without async',
    manifest: {
      allFiles: [],
      entries: { i: { initial: { js: ['/i.js'] }, assets: ['/i.woff2', '/i.png'] } },
      integrity: { '/i.js': 'sha256-a' },
    },
    entries: ['i'],
    plan: ['font /i.woff2', 'script /i.js'],
  },
  {
    title: 'esbuild: one file without imports is a classic script',
    manifest: { inputs: {}, outputs: { 'out/a.js': output({ entryPoint: 'a.ts' }) } },
    entries: ['a.ts'],
    plan: ['script /a.js'],
  },
  {
    title: 'esbuild: external imports are passed over, files of the CSS bundle are not',
    manifest: {
      inputs: {},
      outputs: {
        'out/a.js': output({
          entryPoint: 'a.ts',
          exports: ['x'],
          cssBundle: 'out/a.css',
          imports: [{ path: 'https://esm.example/x.js', kind: 'import-statement', external: true }],
        }),
        'out/a.css': output({
          entryPoint: 'a.ts',
          imports: [{ path: 'out/f.woff2', kind: 'url-token' }],
        }),
        'out/f.woff2': output({}),
      },
    },
    entries: ['a.ts'],
    plan: ['style /a.css', 'font /f.woff2', 'module /a.js'],
  },
  {
    title: 'Parcel: the pages are the entries',
    manifest: { 'index.html': '/index.html', 'src/a.ts': '/a.1.js' },
    entries: ['index.html'],
    plan: [],
  },
]

describe('readManifest', () => {
  for (const { title, manifest, options = {}, entries, plan, lazy } of rows) {
    it(`reads ${title}`, () => {
      const graph = readManifest(manifest, options)
      expect(graph.entries).to.deep.equal(entries)
      const found = createPlan(graph, entries[0]!)
      expect(lines(found.assets)).to.deep.equal(plan)
      if (lazy !== undefined) expect(lines(found.lazy)).to.deep.equal(lazy)
    })
  }

  const withIntegrity = ['numeric', 'objects', 'Symfony', 'flat one', 'without async']
  it('has the integrity of the manifest on the hint, and none where it is empty', () => {
    const hashes = rows
      .filter(({ title }) => withIntegrity.some((part) => title.includes(part)))
      .map(({ manifest, entries }) => createPlan(readManifest(manifest), entries[0]!).assets)
      .map((assets) => assets.find(({ as }) => as === 'script')?.integrity)
    expect(hashes).to.deep.equal([undefined, 'sha384-x', 'sha384-y', 'sha384-z', 'sha256-a'])
  })

  it('is told the crossorigin of webpack tags', () => {
    const graph = readManifest(entrypoint, { crossorigin: { script: 'use-credentials' } })
    expect(createPlan(graph, 'main').assets.map(({ crossorigin }) => crossorigin)).to.deep.equal([
      undefined,
      'use-credentials',
    ])
  })

  const broken: [title: string, manifest: unknown, message: RegExp][] = [
    [
      'null',
      null,
      /found null, expected an esbuild metafile.*Vite.*Parcel.*webpack-manifest-plugin/,
    ],
    ['an empty object', {}, /found an empty object/],
    ['an array', [1], /found an array of 1/],
    [
      'a package.json',
      { name: 'x', version: '1', private: true },
      /no build manifest: found an obj/,
    ],
    ['an SSR manifest', { 'a.js': ['/a.js'] }, /SSR manifest of Vite.*manifest\.json beside it/],
    [
      'stats',
      { entrypoints: { main: { assets: [1] } } },
      /stats file is broken at "entrypoints.main.assets.0": found 1/,
    ],
    [
      'Rsbuild',
      { allFiles: [], entries: { a: { initial: 3 } } },
      /"entries.a.initial": found 3 where an object/,
    ],
    [
      'esbuild',
      { inputs: {}, outputs: { 'a.js': { imports: 'x' } } },
      /"outputs.a.js.imports": found "x" where an array/,
    ],
    [
      'entrypoints',
      { entrypoints: { a: { assets: { js: [{}] } } } },
      /"entrypoints.a.assets.js.0.src": found undefined/,
    ],
  ]
  for (const [title, manifest, message] of broken) {
    it(`names the place, the value and the remedy where ${title} is no manifest`, () => {
      expect(() => readManifest(manifest))
        .to.throw(PushplanError, message)
        .with.property('code', 'PUSHPLAN_MANIFEST_INVALID')
    })
  }
})
