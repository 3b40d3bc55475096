/**
 * The URL of a built file: `base` joined with the file's raw path. Manifests hold raw paths, while
 * the built HTML has them encoded as `encodeURI` does; a hint that encodes otherwise names another
 * URL and downloads twice.
 *
 * A relative base (`''`, `'./'`) is taken as the root, since a header has no document to be relative to.
 */
export function joinBase(base: string, file: string): string {
  const root = base === '' || base === './' || base === '.' ? '/' : base
  return `${toFolder(root)}${encodePath(file.replace(/^\/+/, ''))}`
}

/** The path with exactly one slash at its end. */
export function toFolder(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return `${path.slice(0, end)}/`
}

/** Folders that a public path has, at most. */
const DEEPEST_BASE = 16

/** Where a path may have been joined with a public path: its first slashes. */
export function* joints(url: string): Generator<number> {
  const origin = /^(?:[a-z]+:)?\/\/[^/]*/i.exec(url)?.[0].length ?? 0
  let at = url.indexOf('/', origin)
  for (let depth = 0; at !== -1 && depth <= DEEPEST_BASE; depth += 1) {
    yield at
    at = url.indexOf('/', at + 1)
  }
}

function encodePath(path: string): string {
  return encodeURI(path.toWellFormed()).replace(/[?#]/g, encodeURIComponent)
}

/**
 * As `joinBase`, for manifests that hold whole URLs where the bundler knew its public path, and whose
 * file names can have a query (webpack's `[name].js?v=[contenthash]`).
 */
export function toUrl(base: string, file: string): string {
  if (/^(?:\/|[a-z][a-z\d+.-]*:)/i.test(file)) return encodeUrl(file)
  const path = file.replace(/\?.*$/s, '')
  return joinBase(base, path) + encodeUrl(file.slice(path.length))
}

const NOWHERE = 'https://pushplan.invalid'
/** Octets of a URL that everything on its way is to take (RFC 9110 §4.1). */
const LONGEST_URL = 8000

/**
 * Resolves a reference in a built file as a browser does; undefined where it names no HTTP URL, or
 * one so long that it would not arrive.
 */
export function resolveUrl(reference: string, from: string): string | undefined {
  const url = resolveHttp(reference, from)
  return url === undefined || url.length > LONGEST_URL ? undefined : url
}

function resolveHttp(reference: string, from: string): string | undefined {
  if (!URL.canParse(from, NOWHERE) || !URL.canParse(reference, new URL(from, NOWHERE)))
    return undefined
  const { protocol, host, origin, pathname, search } = new URL(reference, new URL(from, NOWHERE))
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  if (origin === NOWHERE) return pathname + search
  const absolute = /^\s*[a-z][a-z\d+.-]*:/i.test(reference)
  const schemeless = !absolute && !/^[a-z][a-z\d+.-]*:/i.test(from)
  return `${schemeless ? `//${host}` : origin}${pathname}${search}`
}

/** Percent-encodes what may not stand in a URL; what is encoded already stays as it is. */
export function encodeUrl(url: string): string {
  return url.toWellFormed().replace(/[^\x21-\x7e]+|[<>"\\^`{|}]/g, encodeURIComponent)
}

/**
 * The path to promise for `url` to a client of `origin`, or undefined where another origin, or a
 * reference relative to a document, makes a push impossible (RFC 9113 §8.4: a server may only
 * push what it is authoritative for).
 */
export function pathOnOrigin(url: string, origin: string): string | undefined {
  if (url.startsWith('/') && !url.startsWith('//')) return url
  if (!namesOrigin(url) || !URL.canParse(url, origin)) return undefined
  const absolute = new URL(url, origin)
  return absolute.origin === new URL(origin).origin
    ? absolute.pathname + absolute.search
    : undefined
}

/** Whether it says what origin it is of, with its scheme or without. */
export function namesOrigin(url: string): boolean {
  return /^(?:[a-z][a-z\d+.-]*:)?\/\//i.test(url)
}

/** The file name part that tells the type: no query, no fragment. */
export function pathname(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
