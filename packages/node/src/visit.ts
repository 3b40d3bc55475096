import {
  type Asset,
  decodeDigest,
  type Digest,
  encodeDigest,
  holds,
  mergeDigest,
  parseCacheDigest,
  remembers,
  type Visit,
  type VisitOptions,
} from '@pushplan/core'
import { parse, serialize } from 'cookie'
import { LRUCache } from 'lru-cache'
import { text } from './answer.js'
import type { Incoming, ResponseHead } from './exchange.js'
import { promisedUrl } from './push/push.js'

/** Another value, of a later version or of somebody else, is treated as absent. */
const VERSION = 'v1.'
/** Cookies that are kept: to make one costs as much as to decide what its page gets. */
const KNOWN_COOKIES = 100

/** What a request tells of earlier visits. */
export interface Evidence {
  readonly visit: Visit
  /** By our cookie: of URLs as plans have them. */
  readonly cookie: Digest | undefined
  /** By its `Cache-Digest`: of absolute URLs. */
  readonly cache: readonly Digest[]
}

/**
 * Best first: the digest in our cookie, the client's own (`Cache-Digest`) or, where no cookie is
 * kept, a `Referer` of the same origin, since who follows a link of the site has its assets.
 */
export function readVisit(
  { request, cookies }: Pick<Incoming, 'request' | 'cookies'>,
  origin: string,
  { cookie: name }: Required<VisitOptions>,
): Evidence {
  const { headers } = request
  const cookie = name === false ? undefined : readCookie(headers.cookie, name, cookies)
  const cache = readCacheDigest(headers['cache-digest'])
  const known = cookie !== undefined || cache.length > 0
  const follows = name === false && isSameOrigin(headers.referer, origin)
  return { visit: known || follows ? 'repeat' : 'first', cookie, cache }
}

function readCookie(
  header: string | undefined,
  name: string,
  cookies: Incoming['cookies'],
): Digest | undefined {
  if (header?.includes(name) !== true) return undefined
  const value = (cookies ?? parse(header))[name]
  if (typeof value !== 'string' || !value.startsWith(VERSION)) return undefined
  return decodeDigest(value.slice(VERSION.length))
}

const NONE: readonly Digest[] = []

function readCacheDigest(header: string | string[] | undefined): readonly Digest[] {
  return header === undefined ? NONE : parseCacheDigest(text(header))
}

function isSameOrigin(referer: string | undefined, origin: string): boolean {
  return referer !== undefined && (referer === origin || referer.startsWith(`${origin}/`))
}

/** Whether the client has an asset by its digests; undefined: it sent none. */
export function digestLookup(
  { cookie, cache }: Evidence,
  origin: string,
): ((asset: Asset) => boolean) | undefined {
  if (cookie === undefined && cache.length === 0) return undefined
  return (asset) => {
    if (cookie !== undefined && remembers(cookie, asset.url)) return true
    if (cache.length === 0) return false
    const url = promisedUrl(asset, origin)
    return cache.some((digest) => holds(digest, url))
  }
}

/** The `Set-Cookie` value by which a client of `origin` is remembered to have `assets`, too; undefined where none is kept. */
export type VisitCookie = (
  origin: string,
  assets: readonly Asset[],
  before: Digest | undefined,
) => string | undefined

export function createVisitCookie(options: Required<VisitOptions>): VisitCookie {
  const { cookie: name, path, maxAge } = options
  if (name === false) return () => undefined
  // With nothing to merge, the same assets make the same cookie.
  const known = new LRUCache<string, string>({ max: KNOWN_COOKIES })
  const cookieOf = (urls: readonly string[], secure: boolean, before?: Digest) => {
    const value = VERSION + encodeDigest(mergeDigest(urls, before))
    return serialize(name, value, { path, maxAge, secure, httpOnly: true, sameSite: 'lax' })
  }
  return (origin, assets, before) => {
    const urls = assets.map(({ url }) => url)
    const secure = origin.startsWith('https:')
    if (before !== undefined) return cookieOf(urls, secure, before)
    const key = `${secure} ${urls.join(' ')}`
    const kept = known.get(key)
    if (kept !== undefined) return kept
    const made = cookieOf(urls, secure)
    known.set(key, made)
    return made
  }
}

/**
 * Whether a shared cache may hand the response to other clients, and a cookie with it (RFC 9111
 * §3, §7.3). One that must be validated each time (`max-age=0`, as static file servers write on
 * HTML) is not reused, so it may carry the cookie.
 */
export function isShared({ get }: Pick<ResponseHead, 'get'>): boolean {
  const reused = (name: string) => isReused(text(get(name)).toLowerCase())
  // RFC 9213: those that are for some caches go ahead of Cache-Control there.
  if (reused('cdn-cache-control') || reused('surrogate-control')) return true
  return reused('cache-control') ?? Date.parse(text(get('expires'))) > Date.now()
}

/** Undefined: the field does not say. */
function isReused(control: string): boolean | undefined {
  if (/\b(?:private|no-store|no-cache)\b/.test(control)) return false
  const [, age] =
    /\bs-maxage\s*=\s*"?(\d+)/.exec(control) ?? /\bmax-age\s*=\s*"?(\d+)/.exec(control) ?? []
  if (age !== undefined) return Number(age) > 0 || control.includes('stale-while-revalidate')
  return /\bpublic\b/.test(control) || undefined
}
