import { createAsset } from './asset.js'
import type { Page } from './html.js'
import { makePlan, planChunks, type PlanSources } from './plan.js'
import { atOnce, type Steps } from './steps.js'
import { createStyleReader, type ReadCss } from './stylesheets.js'
import type { Asset, AssetGraph, Chunk, Plan } from './types.js'
import { BASIC_LATIN, parseUnicodeRange } from './unicode-range.js'
import { pathname } from './url.js'

/** What was built beside the manifest, as far as it can be read. */
export interface BuildOutput {
  /** Those that tell of the whole build: its first ones are enough. */
  readonly pages?: readonly Page[]
  /** A further page, by its path. */
  readonly readPage?: (path: string) => Page | undefined
  readonly readCss?: ReadCss
  /** The build has an import map beside its pages. */
  readonly importMap?: boolean
  /** Module id to URLs, as Vite's `ssr-manifest.json` has them. */
  readonly modules?: ReadonlyMap<string, readonly string[]>
  /** Characters that the pages are written in. @default 'U+20-7E' */
  readonly unicodeRange?: string | undefined
}

export interface Planner {
  /**
   * The plan of an entry, made when it is first asked for.
   *
   * @throws PushplanError `PUSHPLAN_ENTRY_UNKNOWN`.
   */
  planOf(entry: string): Plan
  /** Makes ahead of time, in small steps, what the first requests would have to wait for. */
  prepare(): Steps<void>
  /** The built pages that no entry is named after, with the entry whose scripts they load. */
  readonly pages: ReadonlyMap<string, string>
  /** What the modules that a render used need; ids that the build does not have are passed over. */
  modulesOf(ids: Iterable<string>): readonly Asset[]
}

export function createPlanner(graph: AssetGraph, output: BuildOutput = {}): Planner {
  const sources = sourcesOf(graph, output)
  const plans = new Map<string, Plan>()
  const modules = createModuleIndex(graph, output.modules ?? new Map<string, readonly string[]>())
  function* make(entry: string): Steps<Plan> {
    const plan = yield* makePlan(graph, entry, sources)
    const first = plans.get(entry) ?? plan
    plans.set(entry, first)
    return first
  }
  return {
    pages: entriesOfPages(graph, output.pages ?? []),
    planOf: (entry) => plans.get(entry) ?? atOnce(make(entry)),
    *prepare() {
      for (const entry of graph.entries) {
        yield* make(entry)
        yield
      }
      if ((output.modules?.size ?? 0) > 0) yield* modules.index()
    },
    modulesOf(ids) {
      const { chunks, urls } = modules.needsOf(ids)
      const planned = planChunks(graph, chunks, sources)
      const known = new Set(planned.map(({ url }) => url))
      const rest = urls.filter((url) => !known.has(url)).map((url) => createAsset(url))
      return [...planned, ...rest.filter(({ as, type }) => as === 'style' || type === 'font/woff2')]
    },
  }
}

function sourcesOf(graph: AssetGraph, output: BuildOutput): PlanSources {
  const { pages = [], readCss, importMap, unicodeRange } = output
  const characters = (unicodeRange && parseUnicodeRange(unicodeRange)) || BASIC_LATIN
  const tags = tagsByUrl(pages)
  return {
    pageOf: pageFinder(graph, output),
    tagOf: (url) => tags.get(url),
    ...(readCss && { follow: createStyleReader(readCss, characters) }),
    importMap: importMap ?? false,
  }
}

/**
 * A query that only the pages' tags have, to get past caches (`hash: true` of html-webpack-plugin), is
 * no part of a file's name.
 */
function tagsByUrl(pages: readonly Page[]): ReadonlyMap<string, Asset> {
  const tags = pages.flatMap(({ assets }) => assets)
  return new Map([
    ...tags.map((tag) => [pathname(tag.url), tag] as const),
    ...tags.map((tag) => [tag.url, tag] as const),
  ])
}

/** With the query that a tag may have, and without. */
function namesOf({ assets }: Page): ReadonlySet<string> {
  return new Set(assets.flatMap(({ url }) => [url, pathname(url)]))
}

/** The page that the entry is named after, else the smallest that loads all of its scripts. */
function pageFinder(graph: AssetGraph, { pages = [], readPage }: BuildOutput) {
  const byPath = new Map(pages.map((page) => [page.path, page]))
  const bySize = pages
    .toSorted((a, b) => a.assets.length - b.assets.length)
    .map((page) => ({ page, urls: namesOf(page) }))
  const named = (entry: string) =>
    byPath.get(entry) ?? (/\.html?$/.test(entry) ? readPage?.(entry) : undefined)
  return ({ scripts }: Chunk, entry: string): Page | undefined => {
    const known = named(entry)
    if (scripts.length === 0) return known
    const all = bySize.filter(({ urls }) => scripts.every(({ url }) => urls.has(url)))
    const page = known ?? all[0]?.page
    const image = page?.image?.url
    // A plan serves all pages that start from its entry: what only some of them show is not for the others.
    const sharers = all.filter(
      ({ page: { path } }) => path === page?.path || !graph.chunks.has(path),
    )
    const common = sharers.every(({ page }) => page.image?.url === image)
    const allSay = (what: 'certainImages' | 'dispensable' | 'named', url: string) =>
      sharers.every(({ page }) => page[what].has(url))
    return (
      page && {
        ...page,
        image: common ? page.image : undefined,
        certainImages: new Map(
          [...page.certainImages].filter(([url]) => allSay('certainImages', url)),
        ),
        dispensable: new Set([...page.dispensable].filter((url) => allSay('dispensable', url))),
        named: new Set([...page.named].filter((url) => allSay('named', url))),
      }
    )
  }
}

/** Of several entries that a page loads all scripts of, the one with the most. */
function entriesOfPages(graph: AssetGraph, pages: readonly Page[]): ReadonlyMap<string, string> {
  const nameless = pages.filter(({ path }) => !graph.chunks.has(path))
  const found = new Map<string, string>()
  if (nameless.length === 0) return found
  const byScript = new Map<string, string[]>()
  const scriptsOf = (entry: string) => graph.chunks.get(entry)?.scripts ?? []
  for (const entry of graph.entries) {
    const own = scriptsOf(entry).at(-1)
    if (own === undefined) continue
    const sharers = byScript.get(own.url)
    if (sharers === undefined) byScript.set(own.url, [entry])
    else sharers.push(entry)
  }
  for (const page of nameless) {
    const urls = namesOf(page)
    const [entry] = [...urls]
      .flatMap((url) => byScript.get(url) ?? [])
      .filter((name) => scriptsOf(name).every(({ url }) => urls.has(url)))
      .toSorted((a, b) => scriptsOf(b).length - scriptsOf(a).length)
    if (entry !== undefined) found.set(page.path, entry)
  }
  return found
}

interface ModuleNeeds {
  readonly chunks: readonly string[]
  readonly urls: readonly string[]
}

interface ModuleIndex {
  index(): Steps<void>
  needsOf(ids: Iterable<string>): ModuleNeeds
}

/** Chunks whose assets are made in one step. */
const CHUNKS_AT_ONCE = 100

/** A module is known by its id in the manifest, or by the script that the SSR manifest has it in. */
function createModuleIndex(
  graph: AssetGraph,
  modules: ReadonlyMap<string, readonly string[]>,
): ModuleIndex {
  const chunkOf = new Map<string, string>()
  const rest = graph.chunks.entries()
  function* index(): Steps<void> {
    let made = 0
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      const [id, { scripts }] = next.value
      for (const { url } of scripts) chunkOf.set(url, id)
      made += 1
      if (made % CHUNKS_AT_ONCE === 0) yield
    }
  }
  const needsOf = (ids: Iterable<string>) => {
    const chunks: string[] = []
    const urls: string[] = []
    for (const id of ids) {
      if (graph.chunks.has(id)) chunks.push(id)
      const files = modules.get(id)
      if (files !== undefined) atOnce(index())
      for (const file of files ?? []) {
        const { url } = createAsset(file)
        const chunk = chunkOf.get(url)
        if (chunk === undefined) urls.push(url)
        else chunks.push(chunk)
      }
    }
    return { chunks, urls }
  }
  return { index, needsOf }
}
