import { parseSrcset } from 'srcset'
import { createAsset } from './asset.js'
import { type Attributes, crossoriginOf, fetchpriorityOf } from './tag.js'
import type { Asset } from './types.js'
import { encodeUrl, resolveUrl } from './url.js'

/**
 * CSS pixels: an image of less is taken for an icon, as by Chromium, which asks sooner for the first
 * ones of more (https://chromium.googlesource.com/chromium/src/+/main/docs/speed/metrics_changelog/2023_08_image_loading.md).
 */
const ICON = 10_000

/** What a page's own tags say of its images. */
export interface PageImages {
  /**
   * What it shows first: the first `<img>` with `fetchpriority="high"`, else its first one that is
   * neither lazy nor an icon. Undefined where the browser chooses that from several, or where a
   * preload calls another urgent.
   */
  readonly image: Asset | undefined
  /** By URL, those that every browser asks for as soon as it has read their tag, as it asks for them, ... */
  readonly certainImages: ReadonlyMap<string, Asset>
  /**
   * ... and the URLs of what it may do without. Of images, the screen decides, how far the page is
   * scrolled, or a script; icons, `og:image` and print stylesheets are not loaded with the page at all.
   */
  readonly dispensable: ReadonlySet<string>
}

/** Where else tags name files: what they load of them, they do not load as a hint would. */
const REFERENCES: Readonly<Record<string, readonly string[]>> = {
  link: ['href'],
  meta: ['content'],
  use: ['href', 'xlink:href'],
  object: ['data'],
  embed: ['src'],
}

/** Reads them off the tags, in their order. */
export class ImageReader {
  readonly #certain = new Map<string, Asset>()
  readonly #dispensable = new Set<string>()
  /** The first that its tag calls urgent (`fetchpriority`). */
  #urgent: Asset | undefined
  /** The first of all; `null`: it is none that can be hinted. */
  #first: Asset | null | undefined
  #picture = false
  /** Within a `<picture>` whose sources the browser chooses from. */
  #choice = false

  open(name: string, attributes: Attributes, from: string): void {
    if (name === 'picture') this.#picture = true
    const source = name === 'source' && this.#picture
    if (source) this.#choice = true
    if (source || name === 'img') this.#name(attributes, from)
    if (name === 'video') this.#name({ src: attributes.poster ?? '' }, from)
    if (name === 'img' && isSeen(attributes)) this.#see(attributes, from)
  }

  close(name: string): void {
    if (name === 'picture') this.#picture = this.#choice = false
  }

  /** `preloaded`: an image that the page preloads is called urgent. */
  found(preloaded: boolean): PageImages {
    const first = preloaded ? undefined : this.#first
    const certain = this.#certain
    return {
      image: this.#urgent ?? first ?? undefined,
      certainImages: certain,
      dispensable: new Set([...this.#dispensable].filter((url) => !certain.has(url))),
    }
  }

  /** A tag that loads nothing that can be hinted. */
  pass(name: string, attributes: Attributes, from: string): void {
    if (/\bprefetch\b/i.test(attributes.rel ?? '')) return
    for (const attribute of REFERENCES[name] ?? [])
      addAll(this.#dispensable, urlsOf({ src: attributes[attribute] ?? '' }, from))
  }

  /** One of a template, or for browsers without scripts: none asks for it as it reads the page. */
  openInert(name: string, attributes: Attributes, from: string): void {
    if (name === 'img' || name === 'source') addAll(this.#dispensable, urlsOf(attributes, from))
  }

  #name(attributes: Attributes, from: string): void {
    const urls = urlsOf(attributes, from)
    if (this.#choice || urls.size > 1 || isLazy(attributes)) return addAll(this.#dispensable, urls)
    for (const url of urls) {
      if (!this.#certain.has(url)) this.#certain.set(url, toImage(url, attributes))
    }
  }

  #see(attributes: Attributes, from: string): void {
    const asset = this.#choice ? null : toAsset(attributes, from)
    if (this.#first === undefined) this.#first = asset
    if (asset !== null && fetchpriorityOf(attributes) === 'high') this.#urgent ??= asset
  }
}

/** What the browser loads one of. */
function urlsOf({ src = '', srcset = '' }: Attributes, from: string): ReadonlySet<string> {
  const sizes = parseSrcset(srcset.replaceAll(/\s+/g, ' ')).map(({ url }) => url)
  const references = [src, ...sizes].filter((reference) => reference !== '')
  const urls = references.map((reference) => resolveUrl(reference, from))
  return new Set(urls.flatMap((url) => (url === undefined ? [] : encodeUrl(url))))
}

function addAll(to: Set<string>, urls: Iterable<string>): void {
  for (const url of urls) to.add(url)
}

function isSeen({ width, height, ...attributes }: Attributes): boolean {
  if (isLazy(attributes)) return false
  return fetchpriorityOf(attributes) !== 'low' && area(pixels(width), pixels(height)) >= ICON
}

function isLazy({ loading }: Attributes): boolean {
  return loading?.toLowerCase() === 'lazy'
}

/** A side that is not given is taken to be as long as the other. */
function area(width: number | undefined, height: number | undefined): number {
  return (width ?? height ?? Infinity) * (height ?? width ?? Infinity)
}

/** Undefined where it is no length, or a share of another one (https://html.spec.whatwg.org/#rules-for-parsing-dimension-values). */
function pixels(value = ''): number | undefined {
  const length = Number.parseFloat(value)
  return Number.isNaN(length) || value.includes('%') ? undefined : length
}

/** Of several sizes the browser chooses one. */
function toAsset({ src, srcset, ...attributes }: Attributes, from: string): Asset | null {
  const url = src && srcset === undefined && resolveUrl(src, from)
  if (!url) return null
  return toImage(url, attributes, 'high')
}

function toImage(
  url: string,
  attributes: Attributes,
  fetchpriority?: Asset['fetchpriority'],
): Asset {
  const crossorigin = { tag: crossoriginOf(attributes) }
  return createAsset(url, { as: 'image', crossorigin, fetchpriority })
}
