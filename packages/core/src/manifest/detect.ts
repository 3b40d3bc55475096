import { describe, PushplanError } from '../errors.js'
import { atOnce, type Steps } from '../steps.js'
import type { AssetGraph } from '../types.js'
import { esbuild } from './esbuild.js'
import { parcel } from './parcel.js'
import type { ManifestOptions, ManifestReader } from './reader.js'
import { rsbuild } from './rsbuild.js'
import { vite } from './vite.js'
import { isSsrManifest } from './vite-ssr.js'
import { webpackAssetsManifest } from './webpack-assets-manifest.js'
import { webpackManifestPlugin } from './webpack-manifest-plugin.js'
import { webpackStats } from './webpack-stats.js'

/** The most telling first: an entrypoint named "file" makes no Vite manifest. */
const readers: readonly ManifestReader[] = [
  esbuild,
  webpackStats,
  webpackAssetsManifest,
  rsbuild,
  vite,
  parcel,
  webpackManifestPlugin,
]

/**
 * Reads a build manifest. Its format is told by its content, never by a file name.
 *
 * @param json What `JSON.parse` made of the manifest file.
 * @throws PushplanError `PUSHPLAN_MANIFEST_INVALID` where no format fits, or a record is broken.
 */
export function readManifest(json: unknown, options: ManifestOptions = {}): AssetGraph {
  return atOnce(manifestSteps(json, options))
}

/** As `readManifest`, in small steps. */
export function* manifestSteps(json: unknown, options: ManifestOptions): Steps<AssetGraph> {
  const reader = readers.find((candidate) => candidate.detects(json))
  if (reader === undefined) {
    const expected = readers.map((candidate) => candidate.expects).join('; or ')
    const ssr = isSsrManifest(json)
      ? 'This is the SSR manifest of Vite, which has no entries: give the manifest.json beside it.'
      : `This is no build manifest: found ${describe(json)}, expected ${expected}.`
    throw new PushplanError('PUSHPLAN_MANIFEST_INVALID', ssr)
  }
  yield
  return yield* reader.read(json, options)
}
