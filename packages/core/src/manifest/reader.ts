import type { AssetTraits, CrossoriginOptions } from '../asset.js'
import { createAsset } from '../asset.js'
import type { Steps } from '../steps.js'
import type { Asset, AssetGraph, Chunk, ManifestFormat } from '../types.js'
import { toUrl } from '../url.js'

/** What a manifest does not say about its files. */
export interface ManifestOptions {
  /**
   * The public path or origin the files are served from, as the bundler's own option has it
   * (`/`, `/static/`, `https://cdn.example/app/`).
   * @default what the manifest says, else '/'
   */
  readonly base?: string | undefined
  /**
   * The `crossorigin` attribute of the page's own tags, which hints must repeat. Vite 5 and later
   * write it on styles and scripts; Vite 4 does not on styles: `{ style: false }`.
   * @default { style: 'anonymous', script: 'anonymous' } for Vite, else none
   */
  readonly crossorigin?: CrossoriginOptions | undefined
}

/** One format: unknown JSON in, the one graph out. */
export interface ManifestReader {
  readonly format: ManifestFormat
  /** What the format looks like, for the error when nothing fits. */
  readonly expects: string
  readonly detects: (json: unknown) => boolean
  /** A record each step: manifests have thousands. */
  readonly read: (json: unknown, options: ManifestOptions) => Steps<AssetGraph>
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const NO_EDGES: Edges = Object.freeze({ imports: [], dynamicImports: [] })

export const NO_CHUNK: Chunk = Object.freeze({
  ...NO_EDGES,
  scripts: [],
  styles: [],
  resources: [],
})

type Assets = Pick<Chunk, 'scripts' | 'styles' | 'resources'>
type Edges = Pick<Chunk, 'imports' | 'dynamicImports'>

/** Makes its assets when they are first asked for, since pages need few of the chunks of a large build. */
export class LazyChunk implements Chunk {
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
  #make: (() => Assets) | undefined
  #made: Assets = NO_CHUNK

  constructor(edges: Partial<Edges>, make: () => Assets) {
    const { imports, dynamicImports } = { ...NO_EDGES, ...edges }
    this.imports = imports
    this.dynamicImports = dynamicImports
    this.#make = make
  }

  get scripts() {
    return this.#assets().scripts
  }

  get styles() {
    return this.#assets().styles
  }

  get resources() {
    return this.#assets().resources
  }

  #assets(): Assets {
    if (this.#make !== undefined) this.#made = this.#make()
    this.#make = undefined
    return this.#made
  }
}

export type ToAsset = (file: string, traits?: AssetTraits) => Asset

/** The bundlers other than Vite leave the tags to the page, which has no `crossorigin` as a rule. */
export function assetMaker(
  base: string,
  { crossorigin }: ManifestOptions,
  own: AssetTraits,
): ToAsset {
  const traits = { ...own, crossorigin: { style: false, script: false, ...crossorigin } } as const
  return (file, more) => createAsset(toUrl(base, file), { ...traits, ...more })
}

/** Sorts files by what they are: manifests mix them. Source maps and the like belong nowhere. */
export function sortAssets(assets: readonly Asset[]): Assets {
  return {
    scripts: assets.filter(({ as }) => as === 'script'),
    styles: assets.filter(({ as }) => as === 'style'),
    resources: assets.filter(({ as }) => as === 'font' || as === 'image'),
  }
}

export function isHotUpdate(file: string): boolean {
  return file.includes('.hot-update.', file.lastIndexOf('/') + 1)
}
