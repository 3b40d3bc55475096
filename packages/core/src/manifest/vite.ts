import { createAsset } from '../asset.js'
import { describe, PushplanError } from '../errors.js'
import type { Steps } from '../steps.js'
import type { Asset, AssetGraph, Chunk } from '../types.js'
import { joinBase } from '../url.js'
import { isRecord, LazyChunk, type ManifestOptions, type ManifestReader } from './reader.js'

/** A record of Vite's `manifest.json`, 4 to 8, as far as it is read. https://vite.dev/guide/backend-integration */
export interface ViteManifestChunk {
  readonly file: string
  readonly src?: string
  readonly isEntry?: boolean
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
  readonly css?: readonly string[]
  readonly assets?: readonly string[]
}

export type ViteManifest = Readonly<Record<string, ViteManifestChunk>>

export const vite: ManifestReader = {
  format: 'vite',
  expects: 'a Vite manifest (an object whose values have a "file": build.manifest writes it)',
  detects: (json) =>
    isRecord(json) && Object.values(json).some((record) => isRecord(record) && 'file' in record),
  *read(json, options) {
    return yield* readVite(yield* checked(json), options)
  },
}

function* readVite(
  manifest: ReadonlyMap<string, ViteManifestChunk>,
  options: ManifestOptions,
): Steps<AssetGraph> {
  const toAsset = (file: string) => createAsset(joinBase(options.base ?? '/', file), options)
  const shared = unsplitStyle(manifest)
  const entries = new Set([...manifest.keys()].filter((key) => isModernEntry(manifest, key)))
  const chunks = new Map<string, Chunk>()
  for (const [key, record] of manifest) {
    const styles = shared !== undefined && entries.has(key) ? [shared] : []
    chunks.set(key, toChunk(record, [...styles, ...(record.css ?? [])], toAsset))
    yield
  }
  return { format: 'vite', chunks, entries: [...entries] }
}

/** Classified by `file`: keys can be placeholders without an extension (Vite 5). */
function toChunk(
  { file, assets = [], imports = [], dynamicImports = [] }: ViteManifestChunk,
  css: readonly string[],
  toAsset: (file: string) => Asset,
): Chunk {
  return new LazyChunk({ imports, dynamicImports }, () => {
    const own = toAsset(file)
    return {
      scripts: own.as === 'script' ? [own] : [],
      styles: [...(own.as === 'style' ? [own] : []), ...css.map(toAsset)],
      // A script whose URL the code asks for is a worker's or a worklet's, which no hint fits.
      resources: assets.map(toAsset).filter(({ as }) => as !== 'script'),
    }
  })
}

/** `cssCodeSplit: false` writes one stylesheet for every page, in a record that no chunk refers to. */
function unsplitStyle(manifest: ReadonlyMap<string, ViteManifestChunk>): string | undefined {
  const split = [...manifest.values()].some((record) => (record.css ?? []).length > 0)
  return split ? undefined : manifest.get('style.css')?.file
}

/** `@vitejs/plugin-legacy` marks its SystemJS twins and polyfills as entries; no modern browser loads them. */
function isModernEntry(manifest: ReadonlyMap<string, ViteManifestChunk>, key: string): boolean {
  if (manifest.get(key)?.isEntry !== true || /(?:^|\/)vite\/legacy-polyfills/.test(key))
    return false
  const modern = key.replace(/-legacy(?=\.[^.]*$|$)/, '')
  return modern === key || !manifest.has(modern)
}

function* checked(json: unknown): Steps<ReadonlyMap<string, ViteManifestChunk>> {
  const manifest = new Map<string, ViteManifestChunk>()
  for (const [key, record] of Object.entries(isRecord(json) ? json : {})) {
    assertChunk(key, record)
    manifest.set(key, record)
    yield
  }
  return manifest
}

function assertChunk(key: string, record: unknown): asserts record is ViteManifestChunk {
  if (!isRecord(record) || typeof record.file !== 'string') {
    const found = describe(isRecord(record) ? record.file : record)
    throw broken(key, `found ${found} where the name of its "file" is expected`)
  }
  for (const list of ['imports', 'dynamicImports', 'css', 'assets']) {
    const names = record[list]
    if (names === undefined || isStrings(names)) continue
    throw broken(
      key,
      `found ${describe(names)} where "${list}" is expected to be an array of strings`,
    )
  }
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function broken(key: string, problem: string): PushplanError {
  return new PushplanError(
    'PUSHPLAN_MANIFEST_INVALID',
    `The Vite manifest is broken at "${key}": ${problem}. Build again.`,
  )
}
