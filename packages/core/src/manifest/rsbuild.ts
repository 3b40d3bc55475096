import type { Chunk } from '../types.js'
import { Field } from './field.js'
import { assetMaker, isRecord, type ManifestReader, sortAssets } from './reader.js'

/** Rsbuild's `output.manifest`. https://rsbuild.rs/config/output/manifest */
export const rsbuild: ManifestReader = {
  format: 'rsbuild',
  expects: 'an Rsbuild manifest ("allFiles" and "entries": output.manifest writes it)',
  detects: (json) =>
    isRecord(json) &&
    isRecord(json.entries) &&
    (Array.isArray(json.allFiles) || Object.values(json.entries).some(hasInitial)),
  read(json, options) {
    const manifest = new Field('Rsbuild manifest', json)
    const hashes = new Map(
      manifest
        .get('integrity')
        .members()
        .map(([file, hash]) => [file, hash.optionalString()]),
    )
    const toAsset = assetMaker(options.base ?? '/', options, { script: 'classic' })
    const listed = (list: Field) =>
      list.strings().map((file) => toAsset(file, { integrity: hashes.get(file) }))
    const filesOf = (group: Field) => [...listed(group.get('js')), ...listed(group.get('css'))]
    const chunks = new Map<string, Chunk>()
    const entries = manifest.get('entries').members()
    for (const [name, entry] of entries) {
      const later = `async ${name}`
      chunks.set(name, {
        ...sortAssets(filesOf(entry.get('initial'))),
        // Initial and async are mixed here, so that images may be of neither use.
        resources: listed(entry.get('assets')).filter(({ as }) => as === 'font'),
        imports: [],
        dynamicImports: [later],
      })
      chunks.set(later, {
        ...sortAssets(filesOf(entry.get('async'))),
        imports: [],
        dynamicImports: [],
      })
    }
    return { format: 'rsbuild', chunks, entries: entries.map(([name]) => name) }
  },
}

function hasInitial(entry: unknown): boolean {
  return isRecord(entry) && isRecord(entry.initial)
}
