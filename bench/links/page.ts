import { randomBytes } from 'node:crypto'

/** What a cell of the bench varies. */
export interface Cell {
  readonly mbit: number
  readonly rtt: number
  /** How long the handler takes, in ms. */
  readonly think: number
  /** `65 KB`: a stylesheet, its font, a module. `1 MB`: eight images as well. */
  readonly assets: '65 KB' | '1 MB'
  /** In how many chunks the page is written. */
  readonly chunks: 1 | 3
}

export type Arm = 'nothing' | 'hand 103' | 'naive push' | 'by 103' | 'by push'
export const ARMS: readonly Arm[] = ['nothing', 'hand 103', 'naive push', 'by 103', 'by push']

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
const PAGE = randomBytes(3072).toString('base64') // 4 KB

const style: BenchAsset = asset('/app.css', 'style', 21_000)
const font: BenchAsset = asset('/font.woff2', 'font', 24_000)
const module: BenchAsset = asset('/app.js', 'script', 20_000)
const images = Array.from({ length: 8 }, (_, n) => asset(`/image-${n}.avif`, 'image', 119_000))

function asset(path: string, as: BenchAsset['as'], size: number): BenchAsset {
  const type = {
    style: 'text/css',
    font: 'font/woff2',
    script: 'text/javascript',
    image: 'image/avif',
  }[as]
  const priority = { style: 'u=0', font: 'u=1', script: 'u=4', image: 'u=5, i' }[as]
  return { path, as, type, priority, body: randomBytes(size) }
}

/** In plan order. */
export const ASSETS: Record<Cell['assets'], readonly BenchAsset[]> = {
  '65 KB': [style, font, module],
  '1 MB': [style, font, module, ...images],
}
export const STYLE = style.path
export const FONT = font.path
export const ALL_ASSETS = new Map(ASSETS['1 MB'].map((asset) => [asset.path, asset]))

/** The page's chunks, each with how long after the one before it is written. */
export function pageOf({ chunks }: Cell): { wait: number; text: string }[] {
  if (chunks === 1) return [{ wait: 0, text: PAGE }]
  const third = Math.ceil(PAGE.length / 3)
  return [0, 1, 2].map((n) => ({
    wait: n === 0 ? 0 : CHUNK_GAP,
    text: PAGE.slice(n * third, (n + 1) * third),
  }))
}

/** One `Link` value an asset. */
export function linkOf({ path, as }: BenchAsset): string {
  if (as === 'script') return `<${path}>; rel=modulepreload`
  return `<${path}>; rel=preload; as=${as}${as === 'font' ? '; crossorigin' : ''}`
}
