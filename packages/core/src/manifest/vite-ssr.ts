import type { Steps } from '../steps.js'
import { Field } from './field.js'
import { isRecord } from './reader.js'

/** Vite's `ssr-manifest.json`: module id to URLs, base included. https://vite.dev/guide/ssr#generating-preload-directives */
export function isSsrManifest(json: unknown): boolean {
  if (!isRecord(json)) return false
  const lists = Object.values(json)
  return lists.length > 0 && lists.every(isStrings)
}

/** @throws PushplanError `PUSHPLAN_MANIFEST_INVALID`. */
export function* readSsrManifest(json: unknown): Steps<ReadonlyMap<string, readonly string[]>> {
  const modules = new Map<string, readonly string[]>()
  for (const [id, urls] of new Field('Vite SSR manifest', json).members()) {
    modules.set(id, urls.strings())
    yield
  }
  return modules
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
