/** The vocabulary of pushplan: what the packages speak of, and nothing else. */

/** What a fetch is for, as `as` names it (https://fetch.spec.whatwg.org/#concept-potential-destination). */
export type Destination = 'style' | 'script' | 'font' | 'image' | 'fetch'

/** The CORS settings attribute of the tag that will use the asset (https://html.spec.whatwg.org/#cors-settings-attribute). */
export type Crossorigin = 'anonymous' | 'use-credentials'

/**
 * One URL with how it must be requested. A hint or a push is used by a browser only where these
 * attributes equal those of the later request, so they are derived once, in `asset.ts`.
 */
export interface Asset {
  /** Percent-encoded, base joined: a path (`/assets/a.css`) or an absolute URL of another origin. */
  readonly url: string
  /** `preconnect`: the URL is an origin. `prefetch`: for a later page or a dynamic import. */
  readonly rel: 'preload' | 'modulepreload' | 'prefetch' | 'preconnect'
  readonly as: Destination
  /** MIME type, by the URL's path. */
  readonly type?: string
  readonly crossorigin?: Crossorigin
  readonly integrity?: string
  readonly fetchpriority?: 'high' | 'low' | 'auto'
  readonly media?: string
  readonly imagesrcset?: string
  readonly imagesizes?: string
}

/** One record of a manifest: what loading it requests by itself, and which others it leads to. */
export interface Chunk {
  /** In the order in which a page requests them; a CSS-only record has none. */
  readonly scripts: readonly Asset[]
  readonly styles: readonly Asset[]
  /**
   * Fonts and images that its styles or scripts refer to, and what the page is to preload of other
   * chunks. Fonts count only where no stylesheet can be read: those tell which are critical.
   */
  readonly resources: readonly Asset[]
  /** Ids of the chunks it imports statically. */
  readonly imports: readonly string[]
  /** Ids of the chunks it may import later. */
  readonly dynamicImports: readonly string[]
}

/** The manifests that can be read. Rspack writes those of webpack. */
export type ManifestFormat =
  | 'vite'
  | 'webpack-stats'
  | 'webpack-assets-manifest'
  | 'webpack-manifest-plugin'
  | 'rsbuild'
  | 'esbuild'
  | 'parcel'
  | 'html'

/** A build manifest of any format, read. */
export interface AssetGraph {
  readonly format: ManifestFormat
  readonly chunks: ReadonlyMap<string, Chunk>
  /** Ids of the chunks that a page starts from, as the manifest names them. */
  readonly entries: readonly string[]
}

/** The ordered assets of one entry. Frozen. */
export interface Plan {
  readonly entry: string
  /**
   * In delivery order: other origins to connect to, styles, images that the page shows first, critical
   * fonts, the entry's scripts, their static imports, other images. Each once.
   */
  readonly assets: readonly Asset[]
  /** What the page's dynamic imports would load, without what is in `assets`: all `rel=prefetch`. */
  readonly lazy: readonly Asset[]
  /** URLs of those of `assets` that the built page's own tags have every browser ask for, too. */
  readonly inPage?: ReadonlySet<string>
  /** The page has an import map, which a module hinted in a header can switch off. */
  readonly importMap?: true
}

/** first: nothing is held; repeat: the client has been here; unknown: no evidence can be kept. */
export type Visit = 'first' | 'repeat' | 'unknown'

/** What is known about the application's answer to a GET of an asset, as this client would get it. */
export type Supply =
  /** It can be pushed. `bytes`: of the encoded body, or an upper bound. */
  | { readonly state: 'ready'; readonly bytes: number }
  /** The application serves it, but it must not be pushed. */
  | { readonly state: 'unpushable'; readonly why: ReasonCode }
  /** The application does not serve it: 404 or 410. */
  | { readonly state: 'missing' }
  /** Not asked yet. */
  | { readonly state: 'unknown' }

/** What one request tells. */
export interface RequestFacts {
  readonly method: string
  /** Path without query, as sent. */
  readonly path: string
  readonly protocol: 'http/1.0' | 'http/1.1' | 'h2'
  /** Scheme and authority the client used (`https://shop.example`); '' where it named none. */
  readonly origin: string
  /**
   * How many promises the session takes now: what SETTINGS_MAX_CONCURRENT_STREAMS leaves beside those
   * under way, and 0 where the client or its session takes none (ENABLE_PUSH, GOAWAY).
   */
  readonly pushSlots: number
  /** The client asks for a document: rule 1 of the decision. */
  readonly page: boolean
  /** `Sec-Fetch-Mode: navigate`. */
  readonly navigation: boolean
  /** `If-None-Match` or `If-Modified-Since`. */
  readonly conditional: boolean
  /** `Sec-Purpose: prefetch`. */
  readonly prefetch: boolean
  /** `Save-Data: on`. */
  readonly saveData: boolean
  /** `Accept-Push-Policy: none` or `head`. */
  readonly pushDeclined: boolean
  readonly visit: Visit
  /** Whether the client has the asset, or is being sent it, by what this connection has carried. */
  readonly held: (asset: Asset) => boolean
  /** Whether it has the asset by the digest that it sends; undefined: it sends none, and `visit` counts. */
  readonly inDigest?: ((asset: Asset) => boolean) | undefined
  readonly supply: (asset: Asset) => Supply
  /** Whether it has been promised with this page. */
  readonly promised?: (asset: Asset) => boolean
  /** Pages of its path are known to come in parts, with pauses between: some of their tags come late. */
  readonly inParts?: boolean
}

/** What the operator allows. See `PushplanOptions` for meanings and defaults. */
export interface Policy {
  readonly push: false | PushBudget
  readonly earlyHints: 'http2' | 'always' | 'never'
  readonly link: false | { readonly maxBytes: number }
  /** Whether `Link` names what the page's dynamic imports would load, too. */
  readonly prefetch?: boolean
}

export interface PushBudget {
  /** Encoded bytes of all pushes of one page. */
  readonly maxBytes: number
  /** Number of pushes of one page. */
  readonly maxAssets: number
  /** Encoded bytes of one push. */
  readonly maxAssetBytes: number
  /** Which images are pushed, too: all, none or, by default, those that the page shows first. */
  readonly images?: boolean | 'urgent'
}

export type Tier = 'push' | 'early-hints' | 'link'

/** Why a tier, or one asset in it, was left out. */
export interface Reason {
  readonly tier: Tier
  readonly code: ReasonCode
  /** Absent: the whole tier. */
  readonly asset?: Asset
}

export type ReasonCode =
  | 'not-a-page'
  | 'no-entry'
  | 'switched-off'
  | 'http1'
  | 'client-refuses-push'
  | 'method'
  | 'repeat-visit'
  | 'visit-unknown'
  | 'conditional'
  | 'prefetch'
  | 'save-data'
  | 'accept-push-policy'
  | 'not-a-navigation'
  | 'held'
  | 'pushed'
  | 'other-origin'
  | 'unsafe-url'
  | 'missing'
  | 'not-asked-yet'
  | 'no-answer'
  | 'often-reset'
  | 'status'
  | 'set-cookie'
  | 'no-store'
  | 'vary'
  | 'too-large'
  | 'over-budget'
  | 'stream-limit'
  | 'conditional-attributes'
  | 'image'
  | 'in-page'
  | 'import-map'

/** What one response does. The three lists hold assets of the plan, in its order. */
export interface Delivery {
  readonly push: readonly Asset[]
  readonly earlyHints: readonly Asset[]
  readonly link: readonly Asset[]
  readonly reasons: readonly Reason[]
}
