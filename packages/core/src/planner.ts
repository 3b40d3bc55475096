import { createAsset } from './asset.js'
import type { Page } from './html.js'
import { createPlan, planChunks, type PlanSources } from './plan.js'
import { createStyleReader, type ReadCss } from './stylesheets.js'
import type { Asset, AssetGraph, Chunk, Plan } from './types.js'
import { BASIC_LATIN, parseUnicodeRange } from './unicode-range.js'

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
  /** The built pages that no entry is named after, with the entry whose scripts they load. */
  readonly pages: ReadonlyMap<string, string>
  /** What the modules that a render used need; ids that the build does not have are passed over. */
  modulesOf(ids: Iterable<string>): readonly Asset[]
}

export function createPlanner(graph: AssetGraph, output: BuildOutput = {}): Planner {
  const sources = sourcesOf(output)
  const plans = new Map<string, Plan>()
  const modules = createModuleIndex(graph, output.modules ?? new Map<string, readonly string[]>())
  return {
    pages: entriesOfPages(graph, output.pages ?? []),
    planOf(entry) {
      const plan = plans.get(entry) ?? createPlan(graph, entry, sources)
      plans.set(entry, plan)
      return plan
    },
    modulesOf(ids) {
      const { chunks, urls } = modules(ids)
      const planned = planChunks(graph, chunks, sources)
      const known = new Set(planned.map(({ url }) => url))
      const rest = urls.filter((url) => !known.has(url)).map((url) => createAsset(url))
      return [...planned, ...rest.filter(({ as, type }) => as === 'style' || type === 'font/woff2')]
    },
  }
}

function sourcesOf(output: BuildOutput): PlanSources {
  const { pages = [], readCss, importMap, unicodeRange } = output
  const characters = (unicodeRange && parseUnicodeRange(unicodeRange)) || BASIC_LATIN
  const tags = new Map(pages.flatMap(({ assets }) => assets.map((tag) => [tag.url, tag] as const)))
  return {
    pageOf: (own, entry) => namedPage(output, entry) ?? smallestPage(pages, own),
    tagOf: (url) => tags.get(url),
    ...(readCss && { follow: createStyleReader(readCss, characters) }),
    importMap: importMap ?? false,
  }
}

function namedPage({ pages = [], readPage }: BuildOutput, entry: string): Page | undefined {
  const known = pages.find(({ path }) => path === entry)
  return known ?? (/\.html?$/.test(entry) ? readPage?.(entry) : undefined)
}

/** That loads all of the entry's scripts. */
function smallestPage(pages: readonly Page[], { scripts }: Chunk): Page | undefined {
  if (scripts.length === 0) return undefined
  return pages
    .filter(({ assets }) => {
      const urls = new Set(assets.map(({ url }) => url))
      return scripts.every(({ url }) => urls.has(url))
    })
    .toSorted((a, b) => a.assets.length - b.assets.length)[0]
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
    if (own !== undefined) byScript.set(own.url, [...(byScript.get(own.url) ?? []), entry])
  }
  for (const { path, assets } of nameless) {
    const urls = new Set(assets.map(({ url }) => url))
    const [entry] = [...urls]
      .flatMap((url) => byScript.get(url) ?? [])
      .filter((name) => scriptsOf(name).every(({ url }) => urls.has(url)))
      .toSorted((a, b) => scriptsOf(b).length - scriptsOf(a).length)
    if (entry !== undefined) found.set(path, entry)
  }
  return found
}

interface ModuleNeeds {
  readonly chunks: readonly string[]
  readonly urls: readonly string[]
}

/** A module is known by its id in the manifest, or by the script that the SSR manifest has it in. */
function createModuleIndex(
  graph: AssetGraph,
  modules: ReadonlyMap<string, readonly string[]>,
): (ids: Iterable<string>) => ModuleNeeds {
  let chunkOf: ReadonlyMap<string, string> | undefined
  return (ids) => {
    chunkOf ??= new Map(
      [...graph.chunks].flatMap(([id, { scripts }]) =>
        scripts.map(({ url }) => [url, id] as const),
      ),
    )
    const chunks: string[] = []
    const urls: string[] = []
    for (const id of ids) {
      if (graph.chunks.has(id)) chunks.push(id)
      for (const file of modules.get(id) ?? []) {
        const chunk = chunkOf.get(createAsset(file).url)
        if (chunk === undefined) urls.push(createAsset(file).url)
        else chunks.push(chunk)
      }
    }
    return { chunks, urls }
  }
}
