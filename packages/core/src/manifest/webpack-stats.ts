import type { Chunk } from '../types.js'
import { Field } from './field.js'
import { isRecord, type ManifestReader } from './reader.js'
import { Compilation } from './webpack-compilation.js'

export const webpackStats: ManifestReader = {
  format: 'webpack-stats',
  expects: 'webpack or Rspack stats ("entrypoints" with "assets": stats.toJson() writes it)',
  detects: (json) => compilations(json).some(isCompilation),
  *read(json, options) {
    const chunks = new Map<string, Chunk>()
    const entries: string[] = []
    for (const stats of compilations(json).filter(isCompilation)) {
      const build = new Compilation(new Field('webpack stats file', stats), options)
      for (const found of build.read(chunks.size > 0 ? `${entries.length}:` : '')) {
        if (found !== undefined) chunks.set(...found)
        yield
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
