import { dirname, join } from 'node:path'
import { existsSync } from 'node:fs'
import {
  type AssetGraph,
  createPlanner,
  detectBase,
  isSsrManifest,
  type ManifestOptions,
  manifestSteps,
  type Page,
  pageCrossorigin,
  type Planner,
  PushplanError,
  readHtml,
  readPage,
  readSsrManifest,
  type Steps,
} from '@pushplan/core'
import {
  findPages,
  locate,
  type Place,
  readBuilt,
  readPageFile,
  rootsOf,
  urlsOf,
} from './build-files.js'
import { manifestPath, type ManifestSource, readJson, toPath, withFile } from './manifest-file.js'

export interface BuildOptions extends ManifestOptions {
  readonly manifest: ManifestSource
  readonly root?: string | URL | undefined
  readonly unicodeRange?: string | undefined
}

/** A build that has been read: plans come from it on demand. */
export interface Build extends Planner {
  readonly entries: readonly string[]
  /** The public path found, or the option. */
  readonly base: string
}

/**
 * Reads the manifest, and beside it the built HTML and what it tells of the page's tags. The
 * stylesheets are read with the plans that need them. A step is no longer than one file takes.
 *
 * @throws PushplanError on a manifest that can't be read, and on a `root` without its files.
 */
export function* loadBuild(options: BuildOptions): Steps<Build> {
  const file = manifestPath(options.manifest)
  const json = file === undefined ? options.manifest : readJson(file)
  yield
  if (json === undefined && file !== undefined) return yield* htmlBuild(file, options)
  return yield* manifestBuild(json, file, options)
}

function* manifestBuild(
  json: unknown,
  file: string | undefined,
  options: BuildOptions,
): Steps<Build> {
  const read = (more: ManifestOptions) => withFile(file, manifestSteps(json, more))
  const first = yield* read(options)
  const place = locate(urlsOf(first), roots(file, options))
  if (options.root !== undefined && place === undefined) throw emptyRoot(options.root, first)
  const pages = place === undefined ? [] : yield* readBuiltPages(place, options)
  const readCss = (url: string) => place && readBuilt(place, url)
  const base = options.base ?? (yield* detectBase(first, pages, readCss))
  const crossorigin = { ...pageCrossorigin(pages), ...options.crossorigin }
  const told = pages.length > 0 || base !== options.base
  const graph = told ? yield* read({ base, crossorigin }) : first
  const located = place && (locate(urlsOf(graph), [place.root]) ?? place)
  const modules = file === undefined ? new Map() : yield* ssrModules(file)
  return toBuild({ graph, place: located, pages, modules, options, base })
}

/** Each page is an entry; a manifest that names one page means that one. */
function* htmlBuild(file: string, options: BuildOptions): Steps<Build> {
  const manifest = options.manifest instanceof URL ? options.manifest : String(options.manifest)
  const root = options.root === undefined ? dirname(file) : toPath(options.root)
  const given = { root, prefix: options.base ?? '/' }
  const all = yield* readBuiltPages(given, options)
  const named = all.filter(({ path }) => join(root, path) === toPath(manifest))
  const pages = named.length > 0 ? named : all
  const urls = pages.flatMap(({ assets }) => assets.map(({ url }) => url))
  const place = locate(urls, [root]) ?? given
  const modules = yield* ssrModules(file)
  return toBuild({ graph: readHtml(pages), place, pages, modules, options, base: options.base })
}

interface Parts {
  readonly graph: AssetGraph
  readonly place: Place | undefined
  readonly pages: readonly Page[]
  readonly modules: ReadonlyMap<string, readonly string[]>
  readonly options: BuildOptions
  readonly base: string | undefined
}

function toBuild({ graph, place, pages, modules, options, base }: Parts): Build {
  const importMap =
    pages.some((page) => page.importMap) ||
    (place !== undefined && existsSync(join(place.root, 'importmap.json')))
  const planner = createPlanner(graph, {
    pages,
    importMap,
    unicodeRange: options.unicodeRange,
    modules,
    ...(place && readers(place, options)),
  })
  return { ...planner, entries: graph.entries, base: base ?? place?.prefix ?? '/' }
}

function readers(place: Place, { base, crossorigin }: BuildOptions) {
  return {
    readCss: (url: string) => readBuilt(place, url),
    readPage(path: string): Page | undefined {
      const file = readPageFile(place.root, path)
      return file && readPage(file, base ?? place.prefix, crossorigin)
    },
  }
}

function* readBuiltPages(
  { root, prefix }: Place,
  { base, crossorigin }: BuildOptions,
): Steps<Page[]> {
  const pages: Page[] = []
  for (const path of yield* findPages(root)) {
    const file = readPageFile(root, path)
    if (file !== undefined) pages.push(readPage(file, base ?? prefix, crossorigin))
    yield
  }
  return pages
}

function roots(file: string | undefined, { root }: BuildOptions): string[] {
  if (root !== undefined) return [toPath(root)]
  return file === undefined ? [] : rootsOf(file)
}

/** Vite writes it beside the manifest. */
function* ssrModules(file: string): Steps<ReadonlyMap<string, readonly string[]>> {
  const beside = join(dirname(file), 'ssr-manifest.json')
  const json = existsSync(beside) ? readJson(beside) : undefined
  yield
  return isSsrManifest(json) ? yield* withFile(beside, readSsrManifest(json)) : new Map()
}

function emptyRoot(root: string | URL, graph: AssetGraph): PushplanError {
  const [example = 'a file'] = urlsOf(graph)
  return new PushplanError(
    'PUSHPLAN_OPTION_INVALID',
    `Option "root" can't be ${JSON.stringify(String(root))}: none of the manifest's files lies there ` +
      `(looked for ${example}). Set it to the folder that the bundler writes into, or leave it out.`,
  )
}
