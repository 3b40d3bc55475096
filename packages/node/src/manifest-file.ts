import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PushplanError, type Steps } from '@pushplan/core'

/**
 * A path (relative ones: to the working directory), a `file:` URL, or the parsed manifest itself.
 * Where the bundler writes none: a built HTML file, or the folder that holds them.
 */
export type ManifestSource = string | URL | object

/** The file of a manifest that is given by its place; of a folder, its first page. */
export function manifestPath(source: ManifestSource): string | undefined {
  if (typeof source !== 'string' && !(source instanceof URL)) return undefined
  const path = toPath(source)
  return isFolder(path) ? join(path, 'index.html') : path
}

export function toPath(place: string | URL): string {
  return typeof place === 'string' ? resolve(place) : fileURLToPath(place)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/**
 * The JSON in a file, or undefined where it holds HTML.
 *
 * @throws PushplanError `PUSHPLAN_MANIFEST_MISSING` or `PUSHPLAN_MANIFEST_INVALID`, naming the file.
 */
export function readJson(file: string): unknown {
  const text = read(file)
  return /^\s*</.test(text) ? undefined : parse(file, text)
}

/** Reads what a file holds: an error of its content names the file. */
export function* withFile<T>(file: string | undefined, steps: Steps<T>): Steps<T> {
  try {
    return yield* steps
  } catch (error) {
    if (file === undefined || !(error instanceof PushplanError)) throw error
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
