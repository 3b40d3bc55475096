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

/** What a manifest knows of a file beyond its name. */
export interface AssetTraits {
  /** How the page loads it, where it is a script. Default: `'module'`. */
  readonly script?: 'module' | 'classic'
  /** Default: `'anonymous'` for both, as Vite 5 and later write their tags. */
  readonly crossorigin?: CrossoriginOptions | undefined
  readonly integrity?: string | undefined
}

/** The only place where `as`, `rel`, `type` and `crossorigin` are derived from a URL. */
export function createAsset(url: string, traits: AssetTraits = {}): Asset {
  const type = lookup(pathname(url))
  const as = destination(type)
  const module = as === 'script' && traits.script !== 'classic'
  const crossorigin = crossoriginOf(as, traits.crossorigin)
  return Object.freeze({
    url: encodeUrl(url),
    rel: module ? 'modulepreload' : 'preload',
    as,
    ...(type !== undefined && { type }),
    ...(crossorigin && { crossorigin }),
    ...(traits.integrity && { integrity: traits.integrity }),
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
function crossoriginOf(as: Destination, options: CrossoriginOptions = {}): Crossorigin | false {
  if (as === 'font' || as === 'fetch') return 'anonymous'
  if (as === 'style') return options.style ?? 'anonymous'
  return as === 'script' ? (options.script ?? 'anonymous') : false
}
