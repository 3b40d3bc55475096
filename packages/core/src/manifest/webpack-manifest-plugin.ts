import type { Steps } from '../steps.js'
import type { Asset, Chunk } from '../types.js'
import { joints, pathname } from '../url.js'
import { Field } from './field.js'
import {
  assetMaker,
  isHotUpdate,
  isRecord,
  LazyChunk,
  type ManifestOptions,
  type ManifestReader,
  sortAssets,
} from './reader.js'

/**
 * webpack-manifest-plugin and rspack-manifest-plugin: name to URL, `{ src, integrity }` with
 * webpack-assets-manifest. Entrypoints are there only where the plugin's `generate` adds them.
 */
export const webpackManifestPlugin: ManifestReader = {
  format: 'webpack-manifest-plugin',
  expects: 'a flat manifest (an object of file names to URLs: webpack-manifest-plugin, Rspack)',
  detects: (json) => isFlat(json) || (isRecord(json) && isFlat(json.files)),
  *read(json, options) {
    const manifest = new Field('flat manifest', json)
    const entrypoints = manifest.get('entrypoints')
    const nested = isRecord(entrypoints.value) || Array.isArray(entrypoints.value)
    const files = yield* readFiles(
      isRecord(manifest.get('files').value) ? manifest.get('files') : manifest,
      options,
    )
    const chunks = nested
      ? yield* readEntrypoints(entrypoints, files, options)
      : yield* guessEntries(files)
    return {
      format: 'webpack-manifest-plugin',
      chunks,
      entries: [...chunks.keys()].filter(isEntry),
    }
  },
}

/** At least one file that a page can load, and nothing but files. */
export function isFlat(json: unknown): json is Record<string, unknown> {
  if (!isRecord(json)) return false
  const values = Object.entries(json).filter(([key]) => key !== 'entrypoints')
  const files = values.map(([, value]) => fileOf(value))
  return files.some((file) => file && LOADED.test(pathname(file))) && !files.includes(undefined)
}

const LOADED = /\.(?:m?js|css|html?)$/

function fileOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return isRecord(value) && typeof value.src === 'string' ? value.src : undefined
}

/** Files by name, to be made into assets when they are needed. */
type Files = ReadonlyMap<string, () => Asset>

export function* readFiles(files: Field, options: ManifestOptions): Steps<Files> {
  const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
  const found = new Map<string, () => Asset>()
  for (const [name, field] of files.members()) {
    yield
    if (name === 'entrypoints') continue
    const file = (isRecord(field.value) ? field.get('src') : field).string()
    const integrity = isRecord(field.value) ? field.get('integrity').optionalString() : undefined
    if (!isHotUpdate(file)) found.set(name, () => toAsset(file, { integrity }))
  }
  return found
}

/** By name, or one list for the only entry, as Create React App writes it. */
function* readEntrypoints(
  entrypoints: Field,
  files: Files,
  options: ManifestOptions,
): Steps<Map<string, Chunk>> {
  const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
  let found: ReadonlyMap<string, Asset> | undefined
  // The lists leave out the public path that the URLs have.
  const assetOf = (name: string) => {
    const asset = toAsset(name)
    found ??= bySuffix(files)
    return found.get(asset.url.replace(/^\//, '')) ?? asset
  }
  const points: [string, Field][] = Array.isArray(entrypoints.value)
    ? [['main', entrypoints]]
    : entrypoints.members()
  const chunks = new Map<string, Chunk>()
  for (const [name, list] of points) {
    const names = list.strings().filter((file) => !isHotUpdate(file))
    chunks.set(name, new LazyChunk({}, () => sortAssets(names.map(assetOf))))
    yield
  }
  return chunks
}

/** By the paths that end like the URL's: `a/b.js` and `b.js` for `/a/b.js`. */
function bySuffix(files: Files): ReadonlyMap<string, Asset> {
  const found = new Map<string, Asset>()
  for (const make of files.values()) {
    const asset = make()
    for (const at of joints(asset.url)) found.set(asset.url.slice(at + 1), asset)
  }
  return found
}

/**
 * Without entrypoints, names tell: `main.js` and `main.css` are the entry `main`, while the names of
 * async chunks have a hash. The runtime chunk goes with every entry; which shared chunks do, nobody
 * knows: the built HTML does, where there is one.
 */
function* guessEntries(files: Files): Steps<Map<string, Chunk>> {
  const byName = new Map<string, (() => Asset)[]>()
  for (const [name, make] of files) {
    yield
    if (isHashed(name) || !/\.(?:m?js|css)$/.test(name)) continue
    const entry = name.replace(/\.(?:m?js|css)$/, '')
    byName.set(entry, [...(byName.get(entry) ?? []), make])
  }
  const runtime = byName.has(RUNTIME) && byName.size > 1 ? [RUNTIME] : []
  return new Map(
    [...byName].map(([name, parts]) => [
      name,
      new LazyChunk({ imports: name === RUNTIME ? [] : runtime }, () =>
        sortAssets(parts.map((make) => make())),
      ),
    ]),
  )
}

const RUNTIME = 'runtime'

function isEntry(name: string, _index: number, names: readonly string[]): boolean {
  return name !== RUNTIME || names.length === 1
}

function isHashed(name: string): boolean {
  return /\.chunk\.|[.-][\da-f]{8,}\./i.test(name)
}
