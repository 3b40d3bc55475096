import { readStylesheet } from './css.js'
import type { Page } from './html.js'
import type { Steps } from './steps.js'
import type { ReadCss } from './stylesheets.js'
import type { AssetGraph } from './types.js'
import { joints, pathname } from './url.js'

/** Entries whose files are looked for, at most. */
const ENTRIES = 200
/** Stylesheets looked into, at most: the first that refers to a file of the build tells. */
const STYLESHEETS = 8

/**
 * The public path that the built pages, else the built stylesheets, use for the files of `graph`;
 * undefined where they use its URLs as they are, or none of them.
 */
export function* detectBase(
  graph: AssetGraph,
  pages: readonly Page[],
  readCss: ReadCss,
): Steps<string | undefined> {
  const chunks = graph.entries.slice(0, ENTRIES).flatMap((entry) => graph.chunks.get(entry) ?? [])
  const styles = chunks.flatMap((chunk) => chunk.styles).slice(0, STYLESHEETS)
  const known = new Set(
    chunks.flatMap(({ scripts, styles, resources }) =>
      [...scripts, ...styles, ...resources].map(({ url }) => pathname(url)),
    ),
  )
  const seen = pages.flatMap(({ assets }) => assets.map(({ url }) => url))
  const told = prefixOf(seen, known)
  if (told !== undefined) return told || undefined
  for (const { url } of styles) {
    yield
    const found = prefixOf(referencesOf(readCss(url), url), known)
    if (found !== undefined) return found || undefined
  }
  return undefined
}

function referencesOf(css: string | undefined, from: string): readonly string[] {
  const needs = css === undefined ? undefined : readStylesheet(css, from)
  return needs === undefined
    ? []
    : [...needs.fonts.map(({ url }) => url), ...needs.images.map(({ url }) => url)]
}

/** '' where the first that is known is so as it is, undefined where none is. */
function prefixOf(seen: readonly string[], known: ReadonlySet<string>): string | undefined {
  for (const url of seen.map(pathname)) {
    if (known.has(url)) return ''
    for (const at of joints(url)) if (known.has(url.slice(at))) return url.slice(0, at + 1)
  }
  return undefined
}
