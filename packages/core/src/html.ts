import { Parser } from 'htmlparser2'
import {
  type AssetTraits,
  createAsset,
  type CrossoriginOptions,
  isUrgentImage,
  toPreconnect,
} from './asset.js'
import { ImageReader, type PageImages } from './page-images.js'
import { type Attributes, crossoriginOf, fetchpriorityOf } from './tag.js'
import type { Asset, Destination } from './types.js'
import { joinBase, namesOrigin, resolveUrl } from './url.js'

/** A built HTML file: what its own tags make a browser request, with their attributes. */
export interface Page extends PageImages {
  /** Below the build's root, as `nested/page.html`. */
  readonly path: string
  /** Scripts, module preloads, stylesheets and preloads, in the page's order. */
  readonly assets: readonly Asset[]
  /** What `<link rel="preconnect">` names. */
  readonly connections: readonly Asset[]
  readonly importMap: boolean
  /** URLs of what its tags have every browser ask for. */
  readonly named: ReadonlySet<string>
}

export interface PageFile {
  readonly path: string
  readonly html: string
}

/**
 * @param base The public path the file is served below, for references relative to the page.
 * @param crossorigin Of the tags as they will be served, where that is not as they are written.
 */
export function readPage(
  { path, html }: PageFile,
  base = '/',
  crossorigin: CrossoriginOptions = {},
): Page {
  const page = {
    path,
    assets: new Array<Asset>(),
    connections: new Array<Asset>(),
    importMap: false,
  }
  const images = new ImageReader()
  // The application serves its pages itself, wherever their assets are.
  let from = joinBase(namesOrigin(base) ? '/' : base, path)
  let inert = 0
  let depth = 0
  const parser = new Parser({
    onopentag(name, attributes) {
      depth += 1
      if (depth > DEEPEST) return parser.pause()
      if (INERT.has(name)) inert += 1
      if (inert > 0) return images.openInert(name, attributes, from)
      if (name === 'base') from = resolveUrl(attributes.href ?? '', from) ?? from
      if (name === 'script' && attributes.type?.toLowerCase() === 'importmap') page.importMap = true
      images.open(name, attributes, from)
      const asset = assetOf({ name, attributes, crossorigin }, from)
      if (asset === undefined) return images.pass(name, attributes, from)
      if (asset.rel === 'preconnect') page.connections.push(asset)
      else page.assets.push(asset)
    },
    onclosetag(name) {
      depth -= 1
      if (inert === 0) images.close(name)
      if (INERT.has(name)) inert -= 1
    },
  })
  parser.end(html)
  const found = images.found(page.assets.some(isUrgentImage))
  const named = new Set([...page.assets.map(({ url }) => url), ...found.certainImages.keys()])
  return { ...page, ...found, named }
}

/** Elements within each other after which a page is read no further: each costs the parser all that are open. */
const DEEPEST = 1000

/** Their content is not loaded by a browser that runs scripts. */
const INERT = new Set(['noscript', 'template'])

interface Tag {
  readonly name: string
  readonly attributes: Attributes
  readonly crossorigin: CrossoriginOptions
}

function assetOf({ name, attributes, crossorigin }: Tag, from: string): Asset | undefined {
  const reference = name === 'script' ? attributes.src : attributes.href
  const traits = name === 'script' ? scriptTraits(attributes) : linkTraits(name, attributes)
  const url = reference && traits && resolveUrl(reference, from)
  if (!url || !traits) return undefined
  const { rel, ...rest } = traits
  const asset = createAsset(url, { ...rest, ...common(attributes, crossorigin) })
  return rel === undefined ? asset : toPreconnect(asset)
}

interface TagTraits extends AssetTraits {
  readonly rel?: 'preconnect'
}

const CLASSIC = /^(?:|(?:text|application)\/(?:x-)?(?:java|ecma)script)$/i

/** An async classic script is never critical, and `nomodule` is for browsers that know no hints. */
function scriptTraits({ type = '', ...attributes }: Attributes): TagTraits | undefined {
  const module = type.toLowerCase() === 'module'
  if (attributes.nomodule !== undefined || (!module && !CLASSIC.test(type))) return undefined
  if (!module && attributes.async !== undefined) return undefined
  return { as: 'script', script: module ? 'module' : 'classic' }
}

function linkTraits(name: string, attributes: Attributes): TagTraits | undefined {
  const rels = name === 'link' ? (attributes.rel ?? '').toLowerCase().split(/\s+/) : []
  if (rels.includes('preconnect')) return { as: 'fetch', rel: 'preconnect' }
  if (attributes.media?.toLowerCase() === 'print') return undefined
  if (rels.includes('modulepreload')) return { as: 'script' }
  if (rels.includes('stylesheet')) {
    const off = rels.includes('alternate') || attributes.disabled !== undefined
    return off ? undefined : { as: 'style' }
  }
  const as = rels.includes('preload') && PRELOADED.find((known) => known === attributes.as)
  return as ? { as, script: 'classic' } : undefined
}

const PRELOADED: readonly Destination[] = ['style', 'script', 'font', 'image']

function common(attributes: Attributes, crossorigin: CrossoriginOptions): AssetTraits {
  const media = attributes.media
  return {
    crossorigin: { ...crossorigin, tag: crossoriginOf(attributes) },
    integrity: attributes.integrity,
    fetchpriority: fetchpriorityOf(attributes),
    media: media?.toLowerCase() === 'all' ? undefined : media,
    imagesrcset: attributes.imagesrcset,
    imagesizes: attributes.imagesizes,
  }
}

/** The `crossorigin` of the build's tags, for what no tag names: as its first stylesheet and script have it. */
export function pageCrossorigin(pages: readonly Page[]): CrossoriginOptions {
  const assets = pages.flatMap((page) => page.assets)
  const style = assets.find(({ as }) => as === 'style')
  const script = assets.find(({ as }) => as === 'script')
  return {
    ...(style && { style: style.crossorigin ?? false }),
    ...(script && { script: script.crossorigin ?? false }),
  }
}
