import type { Chunk } from '../types.js'
import { Field } from './field.js'
import {
  assetMaker,
  isHotUpdate,
  isRecord,
  LazyChunk,
  type ManifestOptions,
  type ManifestReader,
  NO_CHUNK,
  sortAssets,
  type ToAsset,
} from './reader.js'

/** The `stats.json` of webpack 4, 5 and Rspack, as far as it is read. https://webpack.js.org/api/stats/ */
export interface WebpackStats {
  readonly publicPath?: string | undefined
  readonly assets?: readonly WebpackStatsAsset[] | undefined
  readonly chunks?: readonly WebpackStatsChunk[] | undefined
  readonly entrypoints?: Readonly<Record<string, WebpackStatsEntrypoint>> | undefined
  /** Of several compilers, one each. */
  readonly children?: readonly WebpackStats[] | undefined
}

export interface WebpackStatsAsset {
  readonly name: string
  readonly info?: { readonly javascriptModule?: boolean | undefined } | undefined
  readonly integrity?: string | undefined
}

export interface WebpackStatsChunk {
  readonly id?: string | number | null | undefined
  readonly initial?: boolean | undefined
  readonly names?: readonly string[] | undefined
  readonly files?: readonly string[] | undefined
  readonly auxiliaryFiles?: readonly string[] | undefined
  readonly children?: readonly (string | number)[] | undefined
}

export interface WebpackStatsEntrypoint {
  /** Names in webpack 4. */
  readonly assets?: readonly (string | { readonly name: string })[] | undefined
  readonly auxiliaryAssets?: readonly (string | { readonly name: string })[] | undefined
  readonly childAssets?: Readonly<Record<string, readonly string[]>> | undefined
}

export const webpackStats: ManifestReader = {
  format: 'webpack-stats',
  expects: 'webpack or Rspack stats ("entrypoints" with "assets": stats.toJson() writes it)',
  detects: (json) => compilations(json).some(isCompilation),
  read(json, options) {
    const chunks = new Map<string, Chunk>()
    const entries: string[] = []
    for (const stats of compilations(json).filter(isCompilation)) {
      const build = new Compilation(new Field('webpack stats file', stats), options)
      for (const [id, chunk] of build.read(chunks.size > 0 ? `${entries.length}:` : '')) {
        chunks.set(id, chunk)
      }
      entries.push(...build.entries)
    }
    return { format: 'webpack-stats', chunks, entries: [...new Set(entries)] }
  },
}

function compilations(json: unknown): readonly unknown[] {
  if (!isRecord(json)) return []
  return isCompilation(json) || !Array.isArray(json.children) ? [json] : json.children
}

function isCompilation(json: unknown): boolean {
  if (!isRecord(json) || !isRecord(json.entrypoints)) return false
  return Object.values(json.entrypoints).some(
    (point) => isRecord(point) && Array.isArray(point.assets),
  )
}

class Compilation {
  readonly entries: string[]
  readonly #stats: Field
  readonly #toAsset: ToAsset

  constructor(stats: Field, options: ManifestOptions) {
    this.#stats = stats
    this.entries = stats
      .get('entrypoints')
      .members()
      .map(([name]) => name)
    this.#toAsset = traitsOf(
      stats,
      assetMaker(options.base ?? publicPath(stats), options, { script: 'classic' }),
    )
  }

  /** Entries by name; what they may load later by its chunk's id, which may be a name, too. */
  *read(prefix: string): Generator<[id: string, chunk: Chunk]> {
    const idOf = (id: string) => `chunk ${prefix}${id}`
    const later = new Map<string, string[]>()
    for (const chunk of this.#stats.get('chunks').items()) {
      const id = idOf(chunk.get('id').optionalString() ?? '')
      const children = chunk
        .get('children')
        .items()
        .map((child) => idOf(child.optionalString() ?? ''))
      for (const name of chunk.get('names').strings()) later.set(name, children)
      yield [id, this.#later(chunk, children)]
    }
    for (const [name, point] of this.#stats.get('entrypoints').members()) {
      const prefetched = `prefetch ${prefix}${name}`
      const { preload, prefetch } = this.#childAssets(point)
      const own = this.#sort(point, 'assets', 'auxiliaryAssets')
      yield [prefetched, { ...NO_CHUNK, ...sortAssets(prefetch) }]
      yield [
        name,
        {
          ...own,
          resources: [...own.resources, ...preload],
          imports: [],
          dynamicImports: [prefetched, ...(later.get(name) ?? [])],
        },
      ]
    }
  }

  #later(chunk: Field, dynamicImports: readonly string[]): Chunk {
    const files = [...chunk.get('files').strings(), ...chunk.get('auxiliaryFiles').strings()]
    return new LazyChunk({ imports: [], dynamicImports }, () =>
      sortAssets(files.filter((file) => !isHotUpdate(file)).map((file) => this.#toAsset(file))),
    )
  }

  #sort(field: Field, ...lists: readonly string[]) {
    return sortAssets(lists.flatMap((list) => this.#assets(field.get(list))))
  }

  #childAssets(point: Field) {
    const children = point.get('childAssets')
    return {
      preload: this.#assets(children.get('preload')),
      prefetch: this.#assets(children.get('prefetch')),
    }
  }

  #assets(list: Field) {
    const files = list
      .items()
      .map((item) => (isRecord(item.value) ? item.get('name') : item).string())
    return files.filter((file) => !isHotUpdate(file)).map((file) => this.#toAsset(file))
  }
}

/** `auto` is found out in the browser, and a template (`[fullhash]`) by nobody. */
function publicPath(stats: Field): string {
  const path = stats.get('publicPath').value
  return typeof path === 'string' && path !== 'auto' && !path.includes('[') ? path : '/'
}

/** What the list of all assets says of each: `output.module`, and the hashes of webpack-subresource-integrity. */
function traitsOf(stats: Field, toAsset: ToAsset): ToAsset {
  const known = new Map(
    stats
      .get('assets')
      .items()
      .map((asset) => {
        const module = asset.get('info').get('javascriptModule').value === true
        const integrity = asset.get('integrity').optionalString()
        return [
          asset.get('name').string(),
          { script: module ? 'module' : 'classic', integrity },
        ] as const
      }),
  )
  return (file) => toAsset(file, known.get(file))
}
