import type { Page } from '../html.js'
import type { AssetGraph } from '../types.js'
import { NO_CHUNK } from './reader.js'

/** Built HTML alone, as a last resort: each page is an entry, and its tags are the plan. */
export function readHtml(pages: readonly Page[]): AssetGraph {
  const chunks = new Map(pages.map(({ path }) => [path, NO_CHUNK]))
  return { format: 'html', chunks, entries: [...chunks.keys()] }
}
