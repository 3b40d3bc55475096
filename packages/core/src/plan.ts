import { isUrgentImage, toPreconnect, toPrefetch } from './asset.js'
import { PushplanError } from './errors.js'
import { walk } from './graph.js'
import type { Page } from './html.js'
import { didYouMean } from './nearest.js'
import { atOnce, type Steps } from './steps.js'
import type { FollowStyles } from './stylesheets.js'
import type { Asset, AssetGraph, Chunk, Plan } from './types.js'

/** What the built files tell beyond the manifest. All of it can be missing. */
export interface PlanSources {
  /** The built page of an entry. */
  readonly pageOf?: (own: Chunk, entry: string) => Page | undefined
  /** The asset as its own tag asks for it, where a built page has one: its attributes, and its query. */
  readonly tagOf?: (url: string) => Asset | undefined
  readonly follow?: FollowStyles
  /** The build has an import map beside its pages. */
  readonly importMap?: boolean
}

/**
 * What a page that starts from `entry` loads, in delivery order.
 *
 * @throws PushplanError `PUSHPLAN_ENTRY_UNKNOWN` where the manifest has no such record.
 */
export function createPlan(graph: AssetGraph, entry: string, sources: PlanSources = {}): Plan {
  return atOnce(makePlan(graph, entry, sources))
}

/** As `createPlan`, in steps of a stylesheet each. */
export function* makePlan(graph: AssetGraph, entry: string, sources: PlanSources): Steps<Plan> {
  const own = graph.chunks.get(entry)
  if (own === undefined) throw unknownEntry(graph, entry)
  const chunks = walk(graph, [entry])
  const page = sources.pageOf?.(own, entry)
  const assets = yield* inDeliveryOrder(chunks, { own, page, sources })
  const critical = new Set(assets.map((asset) => asset.url))
  const later = walk(
    graph,
    chunks.flatMap((chunk) => chunk.dynamicImports),
  )
  const lazy = (yield* inDeliveryOrder(later, { sources })).filter(
    (asset) => !critical.has(asset.url) && asset.rel !== 'preconnect' && isNeeded(asset, page),
  )
  const importMap = page?.importMap ?? sources.importMap ?? false
  const inPage = new Set([...(page?.named ?? [])].filter((url) => critical.has(url)))
  return Object.freeze({
    entry,
    assets: Object.freeze(assets),
    lazy: Object.freeze(lazy.map(toPrefetch)),
    ...(importMap && { importMap }),
    ...(inPage.size > 0 && { inPage }),
  })
}

/** What chunks that a page has come to need, beside its entry, request. */
export function planChunks(
  graph: AssetGraph,
  ids: readonly string[],
  sources: PlanSources = {},
): readonly Asset[] {
  return atOnce(inDeliveryOrder(walk(graph, ids), { sources }))
}

/**
 * The plan with more assets: what is shown first goes where it does in any plan, else what is new
 * last. The same one where nothing is new.
 */
export function extendPlan(plan: Plan, more: readonly Asset[]): Plan {
  const known = new Map(plan.assets.map((asset) => [asset.url, asset]))
  const isNew = (asset: Asset) => {
    const same = known.get(asset.url)
    return same === undefined || (isUrgentImage(asset) && !isUrgentImage(same))
  }
  const added = unique(more.filter(isNew))
  if (added.length === 0) return plan
  const urgent = added.filter(isUrgentImage)
  const kept = plan.assets.filter(({ url }) => !urgent.some((asset) => asset.url === url))
  const later = kept.findIndex((asset) => !goesFirst(asset))
  const place = later < 0 ? kept.length : later
  const rest = added.filter((asset) => !isUrgentImage(asset))
  return { ...plan, assets: [...kept.toSpliced(place, 0, ...urgent), ...rest] }
}

function goesFirst(asset: Asset): boolean {
  return asset.rel === 'preconnect' || isStyle(asset) || isUrgentImage(asset)
}

interface Context {
  readonly own?: Chunk
  readonly page?: Page | undefined
  readonly sources: PlanSources
}

/**
 * Styles block rendering, and fonts are asked for last though text waits for them: both go before
 * scripts. Ahead of the fonts goes what the page shows first, which mostly is its largest paint:
 * without hints it would come before them, too.
 */
function* inDeliveryOrder(
  chunks: readonly Chunk[],
  { own, page, sources: { follow, tagOf } }: Context,
): Steps<Asset[]> {
  const tags = page?.assets ?? []
  const listed = chunks.flatMap((chunk) => chunk.resources)
  const needed = listed.filter((asset) => isNeeded(asset, page))
  const resources = [...tags.filter(isResource), ...needed]
  const asked = (asset: Asset) =>
    isImage(asset) ? ofPage(asset, page) : (tagOf?.(asset.url) ?? asset)
  const styles = unique(
    [...tags.filter(isStyle), ...chunks.flatMap((chunk) => chunk.styles)].map(asked),
  )
  const chain = follow && (yield* follow(styles))
  const fonts = chain?.known === true ? [...tags.filter(isFont), ...chain.fonts] : resources
  const assets = [
    ...(chain?.styles ?? styles),
    ...(page?.image ? [page.image] : []),
    ...tags.filter(isUrgentImage),
    ...fonts.filter(isFont),
    ...tags.filter(isScript),
    ...(own?.scripts ?? []),
    ...chunks.flatMap((chunk) => chunk.scripts),
    ...resources.filter((asset) => isStyle(asset) || isScript(asset)),
    ...resources.filter(isImage),
    ...(chain?.images ?? []),
  ]
  const delivered = unique(assets.map(asked))
  return [...connections([...(page?.connections ?? []), ...delivered]), ...delivered]
}

function connections(assets: readonly Asset[]): Iterable<Asset> {
  const found = assets.flatMap((asset) =>
    asset.rel === 'preconnect' ? asset : (toPreconnect(asset) ?? []),
  )
  return new Map(found.map((asset) => [`${asset.url} ${asset.crossorigin}`, asset])).values()
}

/** With the `crossorigin` of the page's own tag, without which it would be loaded twice. */
function ofPage(image: Asset, page: Page | undefined): Asset {
  return isUrgentImage(image) ? image : (page?.certainImages.get(image.url) ?? image)
}

function isNeeded({ url }: Asset, page: Page | undefined): boolean {
  return page?.dispensable.has(url) !== true
}

const isStyle = ({ as }: Asset) => as === 'style'
const isScript = ({ as }: Asset) => as === 'script'
const isImage = ({ as }: Asset) => as === 'image'
const isResource = (asset: Asset) => isFont(asset) || isImage(asset)

/** Every browser that reads a hint reads WOFF2 and never asks for the fallback formats. */
const isFont = ({ type }: Asset) => type === 'font/woff2'

function unique(assets: readonly Asset[]): Asset[] {
  const byUrl = new Map<string, Asset>()
  for (const asset of assets) if (!byUrl.has(asset.url)) byUrl.set(asset.url, asset)
  return [...byUrl.values()]
}

function unknownEntry(graph: AssetGraph, entry: string): PushplanError {
  const known = graph.entries.slice(0, 10).map((name) => `"${name}"`)
  const list = known.length === 0 ? 'none' : known.join(', ')
  return new PushplanError(
    'PUSHPLAN_ENTRY_UNKNOWN',
    `The manifest has no entry "${entry}".${didYouMean(entry, graph.entries)} Its entries: ${list}.`,
  )
}
