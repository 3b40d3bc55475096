import type { Steps } from '../steps.js'
import type { Chunk } from '../types.js'
import { Field } from './field.js'
import {
  assetMaker,
  isHotUpdate,
  isRecord,
  LazyChunk,
  type ManifestReader,
  sortAssets,
} from './reader.js'

/** webpack-assets-manifest with `entrypoints: true`; Symfony's `entrypoints.json` has the lists without `assets`. */
export const webpackAssetsManifest: ManifestReader = {
  format: 'webpack-assets-manifest',
  expects: 'a webpack-assets-manifest ("entrypoints" with "assets": { "js", "css" })',
  detects: (json) =>
    isRecord(json) && isRecord(json.entrypoints) && Object.values(json.entrypoints).some(hasLists),
  *read(json, options) {
    const manifest = new Field('webpack-assets-manifest', json)
    const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
    const known = yield* integrities(manifest)
    const toAssets = (files: readonly Listed[]) =>
      files.map(({ file, integrity }) => toAsset(file, { integrity: integrity || known.get(file) }))
    const chunks = new Map<string, Chunk>()
    const entrypoints = manifest.get('entrypoints').members()
    for (const [name, point] of entrypoints) {
      const later = `prefetch ${name}`
      const own = filesOf(isRecord(point.get('assets').value) ? point.get('assets') : point)
      const [preload, prefetch] = [filesOf(point.get('preload')), filesOf(point.get('prefetch'))]
      const make = () => {
        const sorted = sortAssets(toAssets(own))
        return { ...sorted, resources: [...sorted.resources, ...toAssets(preload)] }
      }
      chunks.set(later, new LazyChunk({}, () => sortAssets(toAssets(prefetch))))
      chunks.set(name, new LazyChunk({ dynamicImports: [later] }, make))
      yield
    }
    return { format: 'webpack-assets-manifest', chunks, entries: entrypoints.map(([name]) => name) }
  },
}

function hasLists(point: unknown): boolean {
  if (!isRecord(point)) return false
  const lists = isRecord(point.assets) ? point.assets : point
  return Array.isArray(lists.js) || Array.isArray(lists.css)
}

interface Listed {
  readonly file: string
  readonly integrity: string | undefined
}

/** Lists by extension: those of source maps and preloads stand beside `js` and `css`. */
function filesOf(lists: Field): Listed[] {
  return lists
    .members()
    .filter(([, list]) => Array.isArray(list.value))
    .flatMap(([, list]) => list.items().map(readItem))
    .filter(({ file }) => !isHotUpdate(file))
}

/** With `entrypointsUseAssets` an item is an object. */
function readItem(item: Field): Listed {
  if (!isRecord(item.value)) return { file: item.string(), integrity: undefined }
  return {
    file: item.get('src').string(),
    integrity: item.get('integrity').optionalString(),
  }
}

/** By `src`, as webpack-assets-manifest has them, or in one table, as Symfony does. */
function* integrities(manifest: Field): Steps<ReadonlyMap<string, string>> {
  const known = new Map<string, string>()
  for (const [, record] of manifest.members()) {
    yield
    if (!isRecord(record.value) || typeof record.value.src !== 'string') continue
    const hash = record.get('integrity').optionalString()
    if (hash) known.set(record.value.src, hash)
  }
  for (const [file, hash] of manifest.get('integrity').members()) known.set(file, hash.string())
  return known
}
