import type { Chunk } from '../types.js'
import { Field } from './field.js'
import { LazyChunk, type ManifestReader, sortAssets } from './reader.js'
import { isFlat, readFiles } from './webpack-manifest-plugin.js'

/**
 * parcel-reporter-bundle-manifest: source to URL, without the CSS and without a graph. A page starts
 * from its HTML, which tells the rest; so does that of HtmlWebpackPlugin in a flat manifest.
 */
export const parcel: ManifestReader = {
  format: 'parcel',
  expects: 'a Parcel bundle manifest (an object of sources to URLs, with the built HTML beside it)',
  detects: (json) => isFlat(json) && Object.keys(json).some(isHtml),
  *read(json, options) {
    const files = yield* readFiles(new Field('bundle manifest', json), options)
    const chunks = new Map<string, Chunk>()
    for (const [name, make] of files)
      chunks.set(name, new LazyChunk({}, () => sortAssets([make()])))
    return { format: 'parcel', chunks, entries: [...chunks.keys()].filter(isHtml) }
  },
}

function isHtml(name: string): boolean {
  return /\.html?$/.test(name)
}
