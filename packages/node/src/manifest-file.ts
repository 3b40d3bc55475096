import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AssetGraph, type ManifestOptions, PushplanError, readManifest } from '@pushplan/core'

/** A path (relative ones: to the working directory), a `file:` URL, or the parsed manifest itself. */
export type ManifestSource = string | URL | object

/**
 * @throws PushplanError `PUSHPLAN_MANIFEST_MISSING` or `PUSHPLAN_MANIFEST_INVALID`, naming the file.
 */
export function loadManifest(source: ManifestSource, options: ManifestOptions): AssetGraph {
  if (typeof source !== 'string' && !(source instanceof URL)) return readManifest(source, options)
  const file = typeof source === 'string' ? resolve(source) : fileURLToPath(source)
  const json = parse(file, read(file))
  try {
    return readManifest(json, options)
  } catch (error) {
    if (!(error instanceof PushplanError)) throw error
    throw new PushplanError(error.code, `${file}: ${error.message}`, { cause: error })
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new PushplanError(
      'PUSHPLAN_MANIFEST_MISSING',
      `Can't read the manifest ${file} (${reason(cause)}). Build first, with the bundler set to ` +
        'write one (Vite: build.manifest: true), or correct the option "manifest".',
      { cause },
    )
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PushplanError(
      'PUSHPLAN_MANIFEST_INVALID',
      `${file} is not JSON (${reason(cause)}). Build again, or correct the option "manifest".`,
      { cause },
    )
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
