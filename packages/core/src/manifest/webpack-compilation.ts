import type { AssetTraits } from '../asset.js'
import type { Steps } from '../steps.js'
import type { Chunk } from '../types.js'
import { resolveUrl } from '../url.js'
import type { Field } from './field.js'
import {
  assetMaker,
  isHotUpdate,
  isRecord,
  LazyChunk,
  type ManifestOptions,
  sortAssets,
  type ToAsset,
} from './reader.js'

/** The stats of one compiler. */
export class Compilation {
  readonly entries: string[]
  readonly #stats: Field
  readonly #toAsset: ToAsset
  #traits: ReadonlyMap<string, AssetTraits> = new Map()

  constructor(stats: Field, options: ManifestOptions) {
    this.#stats = stats
    this.entries = stats
      .get('entrypoints')
      .members()
      .map(([name]) => name)
    this.#toAsset = assetMaker(options.base ?? publicPath(stats), options, { script: 'classic' })
  }

  /** Entries by name; what they may load later by its chunk's id, which may be a name, too. */
  *read(prefix: string): Generator<[id: string, chunk: Chunk] | void> {
    this.#traits = yield* traitsOf(this.#stats)
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
      const [preload, prefetch] = ['preload', 'prefetch'].map((kind) =>
        filesOf(point.get('childAssets').get(kind)),
      )
      yield [prefetched, new LazyChunk({}, () => sortAssets(this.#assets(prefetch)))]
      yield [name, this.#entry(point, [prefetched, ...(later.get(name) ?? [])], preload)]
    }
  }

  #entry(point: Field, dynamicImports: readonly string[], preload?: readonly string[]): Chunk {
    const files = [...filesOf(point.get('assets')), ...filesOf(point.get('auxiliaryAssets'))]
    return new LazyChunk({ dynamicImports }, () => {
      const own = sortAssets(this.#assets(files))
      return { ...own, resources: [...own.resources, ...this.#assets(preload)] }
    })
  }

  #later(chunk: Field, dynamicImports: readonly string[]): Chunk {
    const files = [...chunk.get('files').strings(), ...chunk.get('auxiliaryFiles').strings()]
    return new LazyChunk({ dynamicImports }, () => sortAssets(this.#assets(files)))
  }

  #assets(files: readonly string[] = []) {
    return files
      .filter((file) => !isHotUpdate(file))
      .map((file) => this.#toAsset(file, this.#traits.get(file)))
  }
}

function filesOf(list: Field): string[] {
  return list.items().map((item) => (isRecord(item.value) ? item.get('name') : item).string())
}

/**
 * `auto` is found out in the browser, and a template (`[fullhash]`) by nobody. One that is relative to
 * the page is taken for one relative to the root, since a header has no document to be relative to.
 */
function publicPath(stats: Field): string {
  const path = stats.get('publicPath').value
  const known = typeof path === 'string' && path !== 'auto' && !path.includes('[')
  return (known && resolveUrl(path, '/')) || '/'
}

/** What the list of all assets says of each: `output.module`, and the hashes of webpack-subresource-integrity. */
function* traitsOf(stats: Field): Steps<ReadonlyMap<string, AssetTraits>> {
  const known = new Map<string, AssetTraits>()
  for (const asset of stats.get('assets').items()) {
    const module = asset.get('info').get('javascriptModule').value === true
    const integrity = asset.get('integrity').optionalString()
    known.set(asset.get('name').string(), { script: module ? 'module' : 'classic', integrity })
    yield
  }
  return known
}
