import { createAsset } from './asset.js'
import { type Attributes, crossoriginOf, fetchpriorityOf } from './tag.js'
import type { Asset } from './types.js'
import { resolveUrl } from './url.js'

/**
 * CSS pixels: an image of less is taken for an icon, as by Chromium, which asks sooner for the first
 * ones of more (https://chromium.googlesource.com/chromium/src/+/main/docs/speed/metrics_changelog/2023_08_image_loading.md).
 */
const ICON = 10_000

/** Finds the images that a page shows first, by its tags in their order. */
export class PageImages {
  readonly #urgent: Asset[] = []
  /** `null`: it is none that can be hinted. */
  #first: Asset | null | undefined
  /** Within a `<picture>` whose sources the browser chooses from. */
  #choice = false

  open(name: string, attributes: Attributes, from: string): void {
    if (name === 'source' && attributes.srcset !== undefined) this.#choice = true
    if (name === 'img' && isSeen(attributes)) this.#see(attributes, from)
  }

  close(name: string): void {
    if (name === 'picture') this.#choice = false
  }

  /** Those that their tags call urgent (`fetchpriority`); where none is, the first. */
  get found(): readonly Asset[] {
    return this.#urgent.length > 0 || !this.#first ? this.#urgent : [this.#first]
  }

  #see(attributes: Attributes, from: string): void {
    const asset = this.#choice ? null : toAsset(attributes, from)
    if (asset !== null && fetchpriorityOf(attributes) === 'high') this.#urgent.push(asset)
    if (this.#first === undefined) this.#first = asset
  }
}

/** A side that is not given may be of any length. */
function isSeen({ width = 'Infinity', height = 'Infinity', ...attributes }: Attributes): boolean {
  if (attributes.loading?.toLowerCase() === 'lazy') return false
  return fetchpriorityOf(attributes) !== 'low' && !(Number(width) * Number(height) < ICON)
}

function toAsset(attributes: Attributes, from: string): Asset | null {
  const url = attributes.src && resolveUrl(attributes.src, from)
  if (!url) return null
  return createAsset(url, {
    as: 'image',
    crossorigin: { tag: crossoriginOf(attributes) },
    fetchpriority: 'high',
    imagesrcset: attributes.srcset,
    imagesizes: attributes.sizes,
  })
}
