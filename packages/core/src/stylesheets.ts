import { createAsset } from './asset.js'
import { readStylesheet, type StyleImage, type StylesheetNeeds } from './css.js'
import type { FontFace } from './font-face.js'
import type { Steps } from './steps.js'
import type { Asset } from './types.js'
import { type CharacterRange, overlaps, without } from './unicode-range.js'

/** What the stylesheets of one page lead to. */
export interface StyleChain {
  /** The given ones, each followed by what it imports. */
  readonly styles: readonly Asset[]
  readonly fonts: readonly Asset[]
  readonly images: readonly Asset[]
  /** Whether any could be read. */
  readonly known: boolean
}

/** The text of the stylesheet at a URL; undefined where it can't be read. */
export type ReadCss = (url: string) => string | undefined

/** Follows stylesheets to what they import, and to their fonts and images. */
export type FollowStyles = (styles: readonly Asset[]) => Steps<StyleChain>

/** Each stylesheet is read once, in a step of its own. */
export function createStyleReader(
  readCss: ReadCss,
  characters: readonly CharacterRange[],
): FollowStyles {
  const known = new Map<string, StylesheetNeeds | undefined>()
  const read = (url: string) => {
    if (!known.has(url)) known.set(url, parse(readCss(url), url))
    return known.get(url)
  }
  return function* (styles) {
    const chain: Link[] = []
    for (const link of follow(styles, read)) {
      chain.push(link)
      yield
    }
    const needs = chain.flatMap(({ needs }) => needs ?? [])
    const faces = needs.flatMap(({ fonts }) => fonts)
    return {
      styles: chain.map(({ style }) => style),
      fonts: criticalFonts(faces, characters).map(({ url }) => createAsset(url, { as: 'font' })),
      images: needs.flatMap(({ images }) => images).map(toImage),
      known: needs.length > 0,
    }
  }
}

function toImage({ url, crossorigin }: StyleImage): Asset {
  return createAsset(url, { as: 'image', crossorigin: { tag: crossorigin } })
}

function parse(css: string | undefined, from: string): StylesheetNeeds | undefined {
  return css === undefined ? undefined : readStylesheet(css, from)
}

interface Link {
  readonly style: Asset
  readonly needs: StylesheetNeeds | undefined
}

/** Stylesheets of one page, at most: a folder that links to itself has stylesheets without end. */
const LONGEST_CHAIN = 500

/** Depth first, as the cascade has it; an import inherits the `crossorigin` of its importer's fetch. */
function* follow(
  styles: readonly Asset[],
  read: (url: string) => StylesheetNeeds | undefined,
): Generator<Link> {
  const seen = new Set<string>()
  const pending = styles.toReversed()
  for (let style = pending.pop(); style !== undefined; style = pending.pop()) {
    if (seen.has(style.url)) continue
    if (seen.size >= LONGEST_CHAIN) return
    seen.add(style.url)
    const needs = read(style.url)
    yield { style, needs }
    const traits = { as: 'style', crossorigin: { style: style.crossorigin ?? false } } as const
    const room = Math.max(0, LONGEST_CHAIN - seen.size - pending.length)
    const imports = needs?.imports.slice(0, room) ?? []
    for (const url of imports.toReversed()) pending.push(createAsset(url, traits))
  }
}

/** The faces that the page's characters need, of each family and weight. */
function criticalFonts(
  faces: readonly FontFace[],
  characters: readonly CharacterRange[],
): readonly FontFace[] {
  const fonts = new Map<string, FontFace[]>()
  for (const face of faces) {
    const key = `${face.weight} ${face.family}`
    const font = fonts.get(key)
    if (font === undefined) fonts.set(key, [face])
    else font.push(face)
  }
  return [...fonts.values()].flatMap((font) => neededFaces(font, characters))
}

/**
 * Where several have a character the last rule wins, as in the cascade; slanted ones only count where
 * no upright one has any.
 */
function neededFaces(
  faces: readonly FontFace[],
  characters: readonly CharacterRange[],
): readonly FontFace[] {
  const having = faces.filter(({ range }) => range === undefined || overlaps(range, characters))
  const upright = having.filter(({ style }) => style === 'normal')
  const needed: FontFace[] = []
  let missing = characters
  for (const face of (upright.length > 0 ? upright : having).toReversed()) {
    const { range = missing } = face
    if (overlaps(range, missing)) needed.push(face)
    missing = without(missing, range)
  }
  return needed.toReversed()
}
