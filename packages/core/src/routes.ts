import { match } from 'path-to-regexp'
import { toFolder } from './url.js'

/** Path pattern to entry; `false`: no entry. Patterns are those of Express 5 (`/shop/:id`, `/admin/*rest`). */
export type Routes = Readonly<Record<string, string | false>>

/** Tells the entry a request path belongs to; undefined where it belongs to none. */
export type Router = (path: string) => string | undefined

/**
 * Which entry a path belongs to, by the first of these that has an answer:
 * 1. `routes`, in the order written;
 * 2. the build's HTML inputs: `product/index.html` serves `/product`, `/product/` and
 *    `/product/index.html`, below the base too;
 * 3. where there are no `routes` and the build has one entry: that one, for every path.
 *
 * @throws TypeError where a pattern can't be read.
 */
export function createRouter(entries: readonly string[], routes: Routes = {}, base = '/'): Router {
  const patterns = Object.entries(routes).map(([pattern, entry]) => ({
    matches: match(pattern, { sensitive: true }),
    entry,
  }))
  const pages = htmlPaths(entries, base)
  const only = patterns.length === 0 && entries.length === 1 ? entries[0] : undefined
  return (path) => {
    const route = patterns.find(({ matches }) => matches(path) !== false)
    if (route !== undefined) return route.entry === false ? undefined : route.entry
    return pages.get(decode(path)) ?? only
  }
}

function htmlPaths(entries: readonly string[], base: string): ReadonlyMap<string, string> {
  const roots = new Set([
    '/',
    base.startsWith('/') && !base.startsWith('//') ? toFolder(base) : '/',
  ])
  const paths = new Map<string, string>()
  for (const entry of entries.filter((name) => name.endsWith('.html'))) {
    for (const root of roots) for (const path of pathsOf(root + entry)) paths.set(path, entry)
  }
  return paths
}

function pathsOf(file: string): string[] {
  const page = file.replace(/\.html$/, '')
  if (!page.endsWith('/index')) return [file, page]
  const folder = page.slice(0, -'index'.length)
  return [file, folder, folder.replace(/(?<=.)\/$/, '')]
}

function decode(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
