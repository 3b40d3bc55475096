import { describe, PushplanError } from '../errors.js'
import type { AssetGraph } from '../types.js'
import type { ManifestOptions, ManifestReader } from './reader.js'
import { vite } from './vite.js'

const readers: readonly ManifestReader[] = [vite]

/**
 * Reads a build manifest. Its format is told by its content, never by a file name.
 *
 * @param json What `JSON.parse` made of the manifest file.
 * @throws PushplanError `PUSHPLAN_MANIFEST_INVALID` where no format fits, or a record is broken.
 */
export function readManifest(json: unknown, options: ManifestOptions = {}): AssetGraph {
  const reader = readers.find((candidate) => candidate.detects(json))
  if (reader === undefined) {
    const expected = readers.map((candidate) => candidate.expects).join('; or ')
    throw new PushplanError(
      'PUSHPLAN_MANIFEST_INVALID',
      `This is no build manifest: found ${describe(json)}, expected ${expected}.`,
    )
  }
  return reader.read(json, options)
}
