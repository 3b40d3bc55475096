import type { Chunk } from '../types.js'
import { Field } from './field.js'
import { assetMaker, isRecord, LazyChunk, type ManifestReader, sortAssets } from './reader.js'

/** Rsbuild's `output.manifest`. https://rsbuild.rs/config/output/manifest */
export const rsbuild: ManifestReader = {
  format: 'rsbuild',
  expects: 'an Rsbuild manifest ("allFiles" and "entries": output.manifest writes it)',
  detects: (json) =>
    isRecord(json) &&
    isRecord(json.entries) &&
    (Array.isArray(json.allFiles) || Object.values(json.entries).some(hasInitial)),
  *read(json, options) {
    const manifest = new Field('Rsbuild manifest', json)
    const hashes = new Map<string, string | undefined>()
    for (const [file, hash] of manifest.get('integrity').members()) {
      hashes.set(file, hash.optionalString())
      yield
    }
    const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
    const toAssets = (files: readonly string[]) =>
      files.map((file) => toAsset(file, { integrity: hashes.get(file) }))
    const chunks = new Map<string, Chunk>()
    const entries = manifest.get('entries').members()
    for (const [name, entry] of entries) {
      const later = `async ${name}`
      const [initial, async] = [filesOf(entry.get('initial')), filesOf(entry.get('async'))]
      const others = entry.get('assets').strings()
      const own = () => ({
        ...sortAssets(toAssets(initial)),
        // Initial and async are mixed here, so that images may be of neither use.
        resources: toAssets(others).filter(({ as }) => as === 'font'),
      })
      chunks.set(name, new LazyChunk({ dynamicImports: [later] }, own))
      chunks.set(later, new LazyChunk({}, () => sortAssets(toAssets(async))))
      yield
    }
    return { format: 'rsbuild', chunks, entries: entries.map(([name]) => name) }
  },
}

function filesOf(group: Field): string[] {
  return [...group.get('js').strings(), ...group.get('css').strings()]
}

function hasInitial(entry: unknown): boolean {
  return isRecord(entry) && isRecord(entry.initial)
}
