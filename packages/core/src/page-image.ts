import { createAsset } from './asset.js'
import { type Attributes, crossoriginOf, fetchpriorityOf } from './tag.js'
import type { Asset } from './types.js'
import { resolveUrl } from './url.js'

/**
 * CSS pixels: an image of less is taken for an icon, as by Chromium, which asks sooner for the first
 * ones of more (https://chromium.googlesource.com/chromium/src/+/main/docs/speed/metrics_changelog/2023_08_image_loading.md).
 */
const ICON = 10_000

/** Finds the image that a page shows first, by its tags in their order. */
export class PageImage {
  #urgent: Asset | undefined
  /** `null`: it is none that can be hinted. */
  #first: Asset | null | undefined
  #picture = false
  /** Within a `<picture>` whose sources the browser chooses from. */
  #choice = false

  open(name: string, attributes: Attributes, from: string): void {
    if (name === 'picture') this.#picture = true
    if (name === 'source') this.#choice = this.#picture
    if (name === 'img' && isSeen(attributes)) this.#see(attributes, from)
  }

  close(name: string): void {
    if (name === 'picture') this.#picture = this.#choice = false
  }

  /** The first that its tag calls urgent (`fetchpriority`). */
  get urgent(): Asset | undefined {
    return this.#urgent
  }

  /** The first of all. */
  get first(): Asset | undefined {
    return this.#first ?? undefined
  }

  #see(attributes: Attributes, from: string): void {
    const asset = this.#choice ? null : toAsset(attributes, from)
    if (this.#first === undefined) this.#first = asset
    if (asset !== null && fetchpriorityOf(attributes) === 'high') this.#urgent ??= asset
  }
}

function isSeen({ width, height, ...attributes }: Attributes): boolean {
  if (attributes.loading?.toLowerCase() === 'lazy') return false
  return fetchpriorityOf(attributes) !== 'low' && area(pixels(width), pixels(height)) >= ICON
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
  const crossorigin = { tag: crossoriginOf(attributes) }
  return createAsset(url, { as: 'image', crossorigin, fetchpriority: 'high' })
}
