import { PushplanError } from './errors.js'
import { walk } from './graph.js'
import { didYouMean } from './nearest.js'
import type { Asset, AssetGraph, Chunk, Plan } from './types.js'

/**
 * What a page that starts from `entry` loads, in delivery order.
 *
 * @throws PushplanError `PUSHPLAN_ENTRY_UNKNOWN` where the manifest has no such record.
 */
export function createPlan(graph: AssetGraph, entry: string): Plan {
  const own = graph.chunks.get(entry)
  if (own === undefined) throw unknownEntry(graph, entry)
  const chunks = walk(graph, [entry])
  const assets = inDeliveryOrder(chunks, own)
  const lazy = inDeliveryOrder(
    walk(
      graph,
      chunks.flatMap((chunk) => chunk.dynamicImports),
    ),
  )
  const critical = new Set(assets.map((asset) => asset.url))
  return Object.freeze({
    entry,
    assets: Object.freeze(assets),
    lazy: Object.freeze(lazy.filter((asset) => !critical.has(asset.url))),
  })
}

/** Styles block rendering, and fonts are asked for last though text waits for them: both go before scripts. */
function inDeliveryOrder(chunks: readonly Chunk[], own?: Chunk): Asset[] {
  return unique([
    ...chunks.flatMap((chunk) => chunk.styles),
    ...chunks.flatMap((chunk) => chunk.resources).filter(isCriticalFont),
    ...(own?.scripts ?? []),
    ...chunks.flatMap((chunk) => chunk.scripts),
  ])
}

/** Every browser that reads a hint reads WOFF2 and never asks for the fallback formats. */
function isCriticalFont(asset: Asset): boolean {
  return asset.type === 'font/woff2'
}

function unique(assets: readonly Asset[]): Asset[] {
  const byUrl = new Map<string, Asset>()
  for (const asset of assets) if (!byUrl.has(asset.url)) byUrl.set(asset.url, asset)
  return [...byUrl.values()]
}

function unknownEntry(graph: AssetGraph, entry: string): PushplanError {
  const known = graph.entries.map((name) => `"${name}"`).slice(0, 10)
  const list = known.length === 0 ? 'none' : known.join(', ')
  return new PushplanError(
    'PUSHPLAN_ENTRY_UNKNOWN',
    `The manifest has no entry "${entry}".${didYouMean(entry, graph.entries)} Its entries: ${list}.`,
  )
}
