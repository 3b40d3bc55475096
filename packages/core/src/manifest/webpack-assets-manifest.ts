import type { Asset, Chunk } from '../types.js'
import { Field } from './field.js'
import {
  assetMaker,
  isHotUpdate,
  isRecord,
  type ManifestReader,
  NO_CHUNK,
  sortAssets,
  type ToAsset,
} from './reader.js'

/** webpack-assets-manifest with `entrypoints: true`; Symfony's `entrypoints.json` has the lists without `assets`. */
export const webpackAssetsManifest: ManifestReader = {
  format: 'webpack-assets-manifest',
  expects: 'a webpack-assets-manifest ("entrypoints" with "assets": { "js", "css" })',
  detects: (json) =>
    isRecord(json) && isRecord(json.entrypoints) && Object.values(json.entrypoints).some(hasLists),
  read(json, options) {
    const manifest = new Field('webpack-assets-manifest', json)
    const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
    const read = itemReader(toAsset, integrities(manifest))
    const chunks = new Map<string, Chunk>()
    const entrypoints = manifest.get('entrypoints').members()
    for (const [name, point] of entrypoints) {
      const later = `prefetch ${name}`
      const own = sortAssets(
        assetsOf(isRecord(point.get('assets').value) ? point.get('assets') : point, read),
      )
      const preload = assetsOf(point.get('preload'), read)
      chunks.set(later, { ...NO_CHUNK, ...sortAssets(assetsOf(point.get('prefetch'), read)) })
      chunks.set(name, {
        ...own,
        resources: [...own.resources, ...preload],
        imports: [],
        dynamicImports: [later],
      })
    }
    return { format: 'webpack-assets-manifest', chunks, entries: entrypoints.map(([name]) => name) }
  },
}

function hasLists(point: unknown): boolean {
  if (!isRecord(point)) return false
  const lists = isRecord(point.assets) ? point.assets : point
  return Array.isArray(lists.js) || Array.isArray(lists.css)
}

/** Lists by extension: those of source maps and preloads stand beside `js` and `css`. */
function assetsOf(lists: Field, read: (item: Field) => Asset[]): Asset[] {
  return lists
    .members()
    .filter(([, list]) => Array.isArray(list.value))
    .flatMap(([, list]) => list.items().flatMap(read))
}

/** With `entrypointsUseAssets` an item is an object. */
function itemReader(toAsset: ToAsset, known: ReadonlyMap<string, string>) {
  return (item: Field): Asset[] => {
    const file = (isRecord(item.value) ? item.get('src') : item).string()
    const own = isRecord(item.value) ? item.get('integrity').optionalString() : undefined
    return isHotUpdate(file) ? [] : [toAsset(file, { integrity: own || known.get(file) })]
  }
}

/** By `src`, as webpack-assets-manifest has them, or in one table, as Symfony does. */
function integrities(manifest: Field): ReadonlyMap<string, string> {
  const known = new Map<string, string>()
  for (const [, record] of manifest.members()) {
    if (!isRecord(record.value) || typeof record.value.src !== 'string') continue
    const hash = record.get('integrity').optionalString()
    if (hash) known.set(record.value.src, hash)
  }
  for (const [file, hash] of manifest.get('integrity').members()) known.set(file, hash.string())
  return known
}
