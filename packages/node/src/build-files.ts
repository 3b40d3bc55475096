import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type AssetGraph, joints, type PageFile, type Steps } from '@pushplan/core'

/** Where the built files lie, and the public path they are served below. */
export interface Place {
  readonly root: string
  readonly prefix: string
}

/** Built pages read at load, at most: the first tell of the build, others are read by their entry. */
const MAX_PAGES = 100
/** Folders that are searched for them, at most. */
const MAX_FOLDERS = 1000
/** Planned files looked for, at most, to find the root. */
const MAX_PROBES = 20

/** The folders that can hold the files of a manifest, the likeliest first. */
export function rootsOf(manifest: string): string[] {
  const folder = dirname(manifest)
  const roots = basename(folder) === '.vite' ? [dirname(folder), folder] : [folder]
  return [...roots, ...['dist', 'build', 'public', 'out'].map((name) => join(folder, name))]
}

/** The root that has one of these files, and the part of its URL that is no folder of it. */
export function locate(urls: readonly string[], roots: readonly string[]): Place | undefined {
  for (const root of roots) {
    for (const url of urls.slice(0, MAX_PROBES)) {
      for (const at of joints(url)) {
        const file = fileBelow(root, url.slice(at + 1))
        if (file !== undefined && existsSync(file)) return { root, prefix: url.slice(0, at + 1) }
      }
    }
  }
  return undefined
}

export function urlsOf({ chunks }: AssetGraph): string[] {
  const urls: string[] = []
  for (const { styles, scripts, resources } of chunks.values()) {
    if (urls.length >= MAX_PROBES) break
    urls.push(...[...styles, ...scripts, ...resources].map(({ url }) => url))
  }
  return urls
}

/** A file of the build by its URL; undefined where it can't be read. */
export function readBuilt({ root, prefix }: Place, url: string): string | undefined {
  const file = url.startsWith(prefix) ? fileBelow(root, url.slice(prefix.length)) : undefined
  try {
    return file === undefined ? undefined : readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** A URL that climbs out of the root, or that can't be decoded, is no file of it. */
function fileBelow(root: string, path: string): string | undefined {
  try {
    const parts = path
      .replace(/[?#].*$/s, '')
      .split('/')
      .map(decodeURIComponent)
    return parts.some((part) => part === '..' || /[/\\\0]/.test(part))
      ? undefined
      : join(root, ...parts)
  } catch {
    return undefined
  }
}

/** The paths of the HTML files below a folder, the nearest to it first; a folder each step. */
export function* findPages(root: string): Steps<string[]> {
  const folders = ['']
  const paths: string[] = []
  for (const folder of folders.values()) {
    for (const entry of entriesOf(join(root, folder))) {
      const path = `${folder}${entry.name}`
      if (entry.isFile()) paths.push(path)
      else if (folders.length < MAX_FOLDERS) folders.push(`${path}/`)
    }
    if (paths.length >= MAX_PAGES) break
    yield
  }
  return paths.slice(0, MAX_PAGES)
}

export function readPageFile(root: string, path: string): PageFile | undefined {
  const html = readBuilt({ root, prefix: '' }, encodeURI(path))
  return html === undefined ? undefined : { path, html }
}

const isSearched = ({ name }: Dirent) => !/^(?:\.|node_modules$)/.test(name)
const isHtmlFile = (entry: Dirent) => entry.isFile() && entry.name.endsWith('.html')

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() ? isSearched(entry) : isHtmlFile(entry)))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}
