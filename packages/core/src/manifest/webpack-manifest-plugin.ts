import type { Asset, Chunk } from '../types.js'
import { joints, pathname } from '../url.js'
import { Field } from './field.js'
import {
  assetMaker,
  isHotUpdate,
  isRecord,
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
  read(json, options) {
    const manifest = new Field('flat manifest', json)
    const entrypoints = manifest.get('entrypoints')
    const nested = isRecord(entrypoints.value) || Array.isArray(entrypoints.value)
    const files = readFiles(
      isRecord(manifest.get('files').value) ? manifest.get('files') : manifest,
      options,
    )
    const chunks = nested ? readEntrypoints(entrypoints, files, options) : guessEntries(files)
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

export function readFiles(files: Field, options: ManifestOptions): ReadonlyMap<string, Asset> {
  const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
  const found = new Map<string, Asset>()
  for (const [name, field] of files.members()) {
    if (name === 'entrypoints') continue
    const file = (isRecord(field.value) ? field.get('src') : field).string()
    const integrity = isRecord(field.value) ? field.get('integrity').optionalString() : undefined
    if (!isHotUpdate(file)) found.set(name, toAsset(file, { integrity }))
  }
  return found
}

/** By name, or one list for the only entry, as Create React App writes it. */
function readEntrypoints(
  entrypoints: Field,
  files: ReadonlyMap<string, Asset>,
  options: ManifestOptions,
): Map<string, Chunk> {
  const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
  const byFile = new Map(
    [...files.values()].flatMap((asset) => suffixes(asset).map((path) => [path, asset])),
  )
  const points: [string, Field][] = Array.isArray(entrypoints.value)
    ? [['main', entrypoints]]
    : entrypoints.members()
  const chunkOf = (list: Field) => {
    const names = list.strings().filter((file) => !isHotUpdate(file))
    // The lists leave out the public path that the URLs have.
    const assets = names.map(
      (name) => byFile.get(toAsset(name).url.replace(/^\//, '')) ?? toAsset(name),
    )
    return { ...sortAssets(assets), imports: [], dynamicImports: [] }
  }
  return new Map(points.map(([name, list]) => [name, chunkOf(list)]))
}

/** The paths that end like the URL's: `a/b.js` and `b.js` for `/a/b.js`. */
function suffixes({ url }: Asset): string[] {
  return [...joints(url)].map((at) => url.slice(at + 1))
}

/**
 * Without entrypoints, names tell: `main.js` and `main.css` are the entry `main`, while the names of
 * async chunks have a hash. The runtime chunk goes with every entry; which shared chunks do, nobody
 * knows: the built HTML does, where there is one.
 */
function guessEntries(files: ReadonlyMap<string, Asset>): Map<string, Chunk> {
  const byName = new Map<string, Asset[]>()
  for (const [name, asset] of files) {
    if (isHashed(name) || !/\.(?:m?js|css)$/.test(name)) continue
    const entry = name.replace(/\.(?:m?js|css)$/, '')
    byName.set(entry, [...(byName.get(entry) ?? []), asset])
  }
  const runtime = byName.has(RUNTIME) && byName.size > 1 ? [RUNTIME] : []
  return new Map(
    [...byName].map(([name, assets]) => [
      name,
      { ...sortAssets(assets), imports: name === RUNTIME ? [] : runtime, dynamicImports: [] },
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
