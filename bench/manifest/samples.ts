/** Synthetic manifests of any size, as the bundlers write them. */
type Sample = (size: number) => unknown

const range = <T>(size: number, make: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => make(index))

const object = (size: number, make: (index: number) => [string, unknown]) =>
  Object.fromEntries(range(size, make))

/** Each third chunk imports the next ones, some are pages, and all name a font and an image. */
const vite: Sample = (size) =>
  object(size, (index) => [
    `src/part-${index}.ts`,
    {
      file: `assets/part-${index}-8f3a91c2.js`,
      isEntry: index % 10 === 0,
      imports:
        index % 10 < 6 ? [1, 2, 3].map((step) => `src/part-${(index + step) % size}.ts`) : [],
      dynamicImports: index % 10 === 0 ? [`src/part-${(index + 9) % size}.ts`] : [],
      css: [`assets/part-${index}-1c77e0aa.css`],
      assets: [`assets/font-${index % 7}.woff2`, `assets/image-${index}.png`],
    },
  ])

/** 2 ** (size / 2) paths lead through it. */
const layers: Sample = (size) =>
  object(size, (index) => [
    `${index}`,
    {
      file: `${index}.js`,
      isEntry: index === 0,
      imports: [2, 3]
        .map((step) => `${index - (index % 2) + step}`)
        .filter((id) => Number(id) < size),
    },
  ])

const shared: Sample = (size) => ({
  common: { file: 'common.js', css: ['common.css'] },
  ...object(size, (index) => [
    `${index}.html`,
    { file: 'all.js', isEntry: true, imports: ['common'] },
  ]),
})

const stats: Sample = (size) => ({
  publicPath: '/static/',
  assets: range(size, (index) => ({ name: `part-${index}.js`, info: {}, size: index })),
  chunks: range(size, (index) => ({
    id: index,
    names: index % 10 === 0 ? [`page-${index}`] : [],
    files: [`part-${index}.js`, `part-${index}.css`],
    auxiliaryFiles: [`part-${index}.js.map`],
    children: [(index + 1) % size, (index + 2) % size],
  })),
  entrypoints: object(Math.ceil(size / 10), (index) => [
    `page-${index * 10}`,
    {
      assets: [{ name: 'runtime.js' }, { name: `part-${index * 10}.js` }, { name: 'all.css' }],
      childAssets: { prefetch: [`part-${index * 10 + 1}.js`] },
    },
  ]),
})

const assetsManifest: Sample = (size) => ({
  ...object(size, (index) => [
    `part-${index}.js`,
    { src: `part-${index}.js`, integrity: 'sha256-x' },
  ]),
  entrypoints: object(size, (index) => [
    `page-${index}`,
    {
      assets: { js: ['runtime.js', `part-${index}.js`], css: ['all.css'] },
      prefetch: { js: ['p.js'] },
    },
  ]),
})

const flat: Sample = (size) =>
  object(size, (index) => [`part-${index}.js`, `/a/part-${index}.1a.js`])

const entrypoints: Sample = (size) => ({
  files: flat(size),
  entrypoints: object(size, (index) => [`page-${index}`, ['all.js', `part-${index}.1a.js`]]),
})

const rsbuild: Sample = (size) => ({
  allFiles: range(size, (index) => `/part-${index}.js`),
  entries: object(size, (index) => [
    `page-${index}`,
    {
      initial: { js: ['/all.js', `/part-${index}.js`], css: ['/all.css'] },
      async: { js: ['/later.js'] },
      assets: ['/font.woff2'],
    },
  ]),
  integrity: object(size, (index) => [`/part-${index}.js`, 'sha256-x']),
})

const esbuild: Sample = (size) => ({
  inputs: {},
  outputs: object(size, (index) => [
    `out/part-${index}.js`,
    {
      imports: [1, 2].map((step) => ({
        path: `out/part-${(index + step) % size}.js`,
        kind: index % 3 === 0 ? 'dynamic-import' : 'import-statement',
      })),
      exports: [],
      ...(index % 10 === 0 && { entryPoint: `src/part-${index}.ts` }),
    },
  ]),
})

const parcel: Sample = (size) => ({
  ...object(size, (index) => [`src/part-${index}.ts`, `/part-${index}.1a.js`]),
  ...object(size, (index) => [`page-${index}.html`, `/page-${index}.html`]),
})

/** By the tool that writes such a manifest. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  vite,
  'vite, layers of diamonds': layers,
  'vite, all entries share all files': shared,
  'webpack stats': stats,
  'webpack-assets-manifest': assetsManifest,
  'webpack-manifest-plugin': flat,
  'webpack-manifest-plugin with entrypoints': entrypoints,
  rsbuild,
  esbuild,
  parcel,
}
