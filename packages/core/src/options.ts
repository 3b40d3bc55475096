import type { CrossoriginOptions } from './asset.js'
import { DEFAULT_LINK_BYTES } from './link.js'
import type { Routes } from './routes.js'
import type { Policy, PushBudget } from './types.js'

/** How a client is remembered, so that it is pushed only what it has not been sent before. */
export interface VisitOptions {
  /**
   * Name of the cookie; `false`: keep none, and take a `Referer` of the same origin for a repeated
   * visit.
   * @default 'pushplan'
   */
  readonly cookie?: string | false
  /**
   * `Path` of the cookie: it must cover the pages.
   * @default '/'
   */
  readonly path?: string
  /**
   * Seconds it is kept.
   * @default 2592000 (30 days)
   */
  readonly maxAge?: number
}

/** Options that need nothing but the request and the plan. */
export interface PlanningOptions {
  /**
   * The public path or origin the built files are served from, as the bundler's own option has it.
   * @default what the manifest or the built HTML and CSS say, else '/'
   */
  readonly base?: string
  /**
   * The `crossorigin` attribute of the page's tags.
   * @default that of the built HTML; without one, what Vite writes ('anonymous'), else none
   */
  readonly crossorigin?: CrossoriginOptions
  /**
   * Path pattern to entry, or `false` for a path that gets nothing.
   * @default HTML inputs serve their own paths; a build with one entry serves every page
   */
  readonly routes?: Routes
  /**
   * Characters that the pages are written in, as CSS writes them in `unicode-range`: fonts made for
   * others are not critical.
   * @default 'U+20-7E' (Basic Latin)
   */
  readonly unicodeRange?: string
  /**
   * `false`: never push. Budget of one page, in encoded bytes. `images`: push all of them, none, or
   * those that the page shows first (`urgent`); the others are hinted.
   * @default { maxBytes: 262144, maxAssets: 16, maxAssetBytes: 131072, images: 'urgent' }
   */
  readonly push?: boolean | Partial<PushBudget>
  /**
   * `http2`: 103 to navigations over HTTP/2. `always`: to every page request, HTTP/1.1 too, for
   * those who know the parties between. `never`: none.
   * @default 'http2'
   */
  readonly earlyHints?: Policy['earlyHints']
  /** `false`: no `Link` header. `maxBytes` also bounds the 103. @default { maxBytes: 2048 } */
  readonly link?: boolean | { readonly maxBytes?: number }
  /**
   * Name what the page's dynamic imports would load as `rel=prefetch`, after the rest of `Link`.
   * @default false
   */
  readonly prefetch?: boolean
  /**
   * Orders what each HTTP/2 session sends: the page first, the rest by urgency (RFC 9218), one
   * after another. `false` leaves every stream as Node sends it.
   * @default true
   */
  readonly schedule?: boolean
  /** `false` is `{ cookie: false }`. @default { cookie: 'pushplan', path: '/', maxAge: 2592000 } */
  readonly visit?: boolean | VisitOptions
}

/** Options with every default filled in. */
export interface Settings extends Policy {
  readonly base: string
  readonly crossorigin: CrossoriginOptions
  readonly routes: Routes
  readonly schedule: boolean
  readonly visit: Required<VisitOptions>
}

const budget: PushBudget = { maxBytes: 256 * 1024, maxAssets: 16, maxAssetBytes: 128 * 1024 }
const linkLimits = { maxBytes: DEFAULT_LINK_BYTES }
const visitDefaults = { cookie: 'pushplan', path: '/', maxAge: 30 * 24 * 60 * 60 } as const

/** Fills in the defaults of options that `validateOptions` has passed. */
export function resolveOptions(options: PlanningOptions): Settings {
  const { push = true, link = true, visit = true } = options
  return {
    base: options.base ?? '/',
    crossorigin: options.crossorigin ?? {},
    routes: options.routes ?? {},
    schedule: options.schedule ?? true,
    earlyHints: options.earlyHints ?? 'http2',
    prefetch: options.prefetch ?? false,
    push: push === false ? false : { ...budget, ...(push === true ? {} : push) },
    link: link === false ? false : { ...linkLimits, ...(link === true ? {} : link) },
    visit: {
      ...visitDefaults,
      ...(typeof visit === 'object' ? visit : visit ? {} : { cookie: false }),
    },
  }
}
