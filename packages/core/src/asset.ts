import { lookup } from 'mrmime'
import type { Asset, Crossorigin, Destination } from './types.js'
import { encodeUrl, pathname } from './url.js'

/** The `crossorigin` attribute that the page's tags have; `false` where they have none. */
export interface CrossoriginOptions {
  /** Of `<link rel="stylesheet">`. */
  readonly style?: Crossorigin | false
  /** Of `<script>`. */
  readonly script?: Crossorigin | false
}

interface TagCrossorigin extends CrossoriginOptions {
  /** Of this one tag, whatever it loads. */
  readonly tag?: Crossorigin | false
}

/** What a manifest knows of a file beyond its name. */
export interface AssetTraits {
  /** How the page loads it, where it is a script. Default: `'module'`. */
  readonly script?: 'module' | 'classic'
  /** Default: `'anonymous'` for both, as Vite 5 and later write their tags. */
  readonly crossorigin?: TagCrossorigin | undefined
  readonly integrity?: string | undefined
  /** Where a tag or a rule says it; else by the URL's path. */
  readonly as?: Destination | undefined
  readonly media?: string | undefined
  readonly fetchpriority?: Asset['fetchpriority']
  readonly imagesrcset?: string | undefined
  readonly imagesizes?: string | undefined
}

/** The only place where `as`, `rel`, `type` and `crossorigin` are derived from a URL. */
export function createAsset(url: string, traits: AssetTraits = {}): Asset {
  const type = lookup(pathname(url))
  const as = traits.as ?? destination(type)
  const module = as === 'script' && traits.script !== 'classic'
  const crossorigin = crossoriginOf(as, traits.crossorigin)
  return Object.freeze({
    url: encodeUrl(url),
    rel: module ? 'modulepreload' : 'preload',
    as,
    ...(type !== undefined && { type }),
    ...(crossorigin && { crossorigin }),
    ...(traits.integrity && { integrity: traits.integrity }),
    ...(traits.fetchpriority && { fetchpriority: traits.fetchpriority }),
    ...(traits.media && { media: traits.media }),
    ...(traits.imagesrcset && { imagesrcset: traits.imagesrcset }),
    ...(traits.imagesizes && { imagesizes: traits.imagesizes }),
  })
}

/** An image that the page shows first: it is not to wait for its fonts and scripts. */
export function isUrgentImage({ as, fetchpriority }: Asset): boolean {
  return as === 'image' && fetchpriority === 'high'
}

/** The same asset, asked for when the page has nothing more urgent to do. */
export function toPrefetch(asset: Asset): Asset {
  return Object.freeze({ ...asset, rel: 'prefetch' })
}

/**
 * The connection that a request for `asset` needs, or undefined where it is the page's own.
 * Requests with CORS and without use different ones, hence `crossorigin`.
 */
export function toPreconnect({ url, crossorigin }: Asset): Asset | undefined {
  const origin = /^(?:https?:)?\/\/[^/?#]+/i.exec(url)?.[0]
  if (origin === undefined) return undefined
  return Object.freeze({
    url: origin,
    rel: 'preconnect',
    as: 'fetch',
    ...(crossorigin && { crossorigin }),
  })
}

function destination(type = ''): Destination {
  if (type === 'text/css') return 'style'
  if (type === 'text/javascript') return 'script'
  if (type.startsWith('font/') || type === 'application/vnd.ms-fontobject') return 'font'
  if (type.startsWith('image/')) return 'image'
  return 'fetch'
}

/** Fonts are always fetched with CORS, from the same origin too (https://drafts.csswg.org/css-fonts/#font-fetching-requirements). */
function crossoriginOf(as: Destination, options: TagCrossorigin = {}): Crossorigin | false {
  if (as === 'font') return 'anonymous'
  const kind = as === 'style' || as === 'script' ? options[as] : undefined
  return kind ?? options.tag ?? (as === 'image' ? false : 'anonymous')
}
