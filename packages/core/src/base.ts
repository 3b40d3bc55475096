import { readStylesheet } from './css.js'
import type { Page } from './html.js'
import type { ReadCss } from './stylesheets.js'
import type { AssetGraph } from './types.js'

/** Entries whose files are looked for, at most. */
const ENTRIES = 200
/** Stylesheets looked into, at most: the first that refers to a file of the build tells. */
const STYLESHEETS = 8

/**
 * The public path that the built pages, else the built stylesheets, use for the files of `graph`;
 * undefined where they use its URLs as they are, or none of them.
 */
export function detectBase(
  graph: AssetGraph,
  pages: readonly Page[],
  readCss: ReadCss,
): string | undefined {
  const chunks = graph.entries.slice(0, ENTRIES).flatMap((entry) => graph.chunks.get(entry) ?? [])
  const styles = chunks.flatMap((chunk) => chunk.styles).slice(0, STYLESHEETS)
  const known = new Set(
    chunks.flatMap(({ scripts, styles, resources }) =>
      [...scripts, ...styles, ...resources].map(({ url }) => url),
    ),
  )
  const seen = pages.flatMap(({ assets }) => assets.map(({ url }) => url))
  return prefixOf(seen, known) ?? prefixOf(referencesOf(styles, readCss), known)
}

function* referencesOf(styles: Iterable<{ readonly url: string }>, readCss: ReadCss) {
  for (const { url } of styles) {
    const css = readCss(url)
    if (css === undefined) continue
    const { fonts, images } = readStylesheet(css, url)
    yield* fonts.map((face) => face.url)
    yield* images
  }
}

function prefixOf(seen: Iterable<string>, known: ReadonlySet<string>): string | undefined {
  for (const url of seen) {
    if (known.has(url)) return undefined
    for (let at = url.indexOf('/'); at !== -1; at = url.indexOf('/', at + 1))
      if (known.has(url.slice(at))) return url.slice(0, at + 1)
  }
  return undefined
}
