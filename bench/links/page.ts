import { randomBytes } from 'node:crypto'

/** What a cell of the bench varies. */
export interface Cell {
  readonly mbit: number
  readonly rtt: number
  /** How long the handler takes, in ms. */
  readonly think: number
  /** `65 KB`: a stylesheet, its font, a module and what it imports. `1 MB`: eight images as well. */
  readonly assets: '65 KB' | '1 MB'
  /** In how many chunks the page is written. */
  readonly chunks: 1 | 3
}

export type Arm = (typeof ARMS)[number] | (typeof CONTROLS)[number]
export const ARMS = ['nothing', 'hand 103', 'naive push', 'by 103', 'by push'] as const
/** What noise makes of equal arms, and what is lost where a route's times are not known yet. */
export const CONTROLS = ['nothing again', 'new 103', 'new push'] as const

/** Whether pushplan is registered. */
export function isProduct(arm: Arm): boolean {
  return arm.startsWith('by') || arm.startsWith('new')
}

export interface BenchAsset {
  readonly path: string
  readonly as: 'style' | 'font' | 'script' | 'image'
  readonly type: string
  readonly body: Buffer
  /** The `priority` header that Chromium sends when it asks for it. */
  readonly priority: string
}

/** Between the chunks of a page that streams, in ms. */
export const CHUNK_GAP = 50

const style = asset('app-C5kpQe3m.css', 'style', 21_000)
const font = asset('text-Bd0yW7xa.woff2', 'font', 24_000)
// As urgent as each other: in turns, the second would be complete first.
const module = asset('app-DxvT1u9s.js', 'script', 14_000)
const imported = asset('vendor-B2hLq0fz.js', 'script', 6_000)
const images = Array.from({ length: 8 }, (_, n) => asset(`photo-${n}.avif`, 'image', 119_000))

function asset(file: string, as: BenchAsset['as'], size: number): BenchAsset {
  const type = {
    style: 'text/css',
    font: 'font/woff2',
    script: 'text/javascript',
    image: 'image/avif',
  }[as]
  const priority = { style: 'u=0', font: 'u=1', script: 'u=4', image: 'u=5, i' }[as]
  return { path: `/assets/${file}`, as, type, priority, body: content(as, size) }
}

/** What no compression makes smaller; a stylesheet that names its font, as a bundler writes it. */
function content(as: BenchAsset['as'], size: number): Buffer {
  if (as === 'font' || as === 'image') return randomBytes(size)
  const rule = '@font-face{font-family:Text;src:url(./text-Bd0yW7xa.woff2) format("woff2")}'
  const code = as === 'style' ? rule : ''
  return Buffer.from(`${code}/*${randomBytes(size).toString('base64')}`.slice(0, size - 2) + '*/')
}

/** In plan order. */
export const ASSETS: Record<Cell['assets'], readonly BenchAsset[]> = {
  '65 KB': [style, font, module, imported],
  '1 MB': [style, font, module, imported, ...images],
}
export const STYLE = style.path
export const FONT = font.path
export const ALL_ASSETS = new Map(ASSETS['1 MB'].map((asset) => [asset.path, asset]))

/** The page of those assets, as Vite builds it: 4 KB. Its photos are further down: none is what it shows first. */
export const PAGES: Record<Cell['assets'], string> = {
  '65 KB': pageWith([]),
  '1 MB': pageWith(images),
}

function pageWith(photos: readonly BenchAsset[]): string {
  const head =
    `<!doctype html><title>Page</title><script type="module" crossorigin src="${module.path}"></script>` +
    `<link rel="modulepreload" crossorigin href="${imported.path}">` +
    `<link rel="stylesheet" crossorigin href="${style.path}">`
  const body = photos.map(({ path }) => `<img src="${path}" fetchpriority="low">`).join('')
  return (head + body).padEnd(4096, 'text ')
}

/** The page's chunks, each with how long after the one before it is written. */
export function chunksOf({ assets, chunks }: Pick<Cell, 'assets' | 'chunks'>) {
  const page = PAGES[assets]
  const size = Math.ceil(page.length / chunks)
  return Array.from({ length: chunks }, (_, n) => ({
    wait: n === 0 ? 0 : CHUNK_GAP,
    text: page.slice(n * size, (n + 1) * size),
  }))
}

/** One `Link` value an asset. */
export function linkOf({ path, as }: BenchAsset): string {
  if (as === 'script') return `<${path}>; rel=modulepreload`
  return `<${path}>; rel=preload; as=${as}${as === 'font' ? '; crossorigin' : ''}`
}
