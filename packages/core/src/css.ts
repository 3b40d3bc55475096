import { type Atrule, type CssNode, type Declaration, parse, property, walk } from 'css-tree'
import { type FontFace, readFontFace } from './font-face.js'
import type { Crossorigin } from './types.js'
import { resolveUrl } from './url.js'

/** What a stylesheet makes a page request, as URLs. */
export interface StylesheetNeeds {
  readonly imports: readonly string[]
  readonly fonts: readonly FontFace[]
  readonly images: readonly StyleImage[]
}

/** An image that a rule asks for. */
export interface StyleImage {
  readonly url: string
  readonly crossorigin: Crossorigin | false
}

interface Found {
  readonly imports: string[]
  readonly fonts: FontFace[]
  readonly images: StyleImage[]
}

/**
 * Reads emitted CSS. Tolerant as browsers are: what can't be parsed is passed over. Undefined where
 * the parser fails, for what is nested too deep for example, which is as good as a stylesheet that
 * can't be read.
 *
 * @param from URL of the stylesheet, which its references are relative to.
 */
export function readStylesheet(css: string, from: string): StylesheetNeeds | undefined {
  try {
    return needsOf(css, from)
  } catch {
    return undefined
  }
}

function needsOf(css: string, from: string): StylesheetNeeds {
  const found: Found = { imports: [], fonts: [], images: [] }
  const resolve = (reference: string) => resolveUrl(reference, from) ?? []
  const tree = parse(css, { parseRulePrelude: false, onParseError: limit(MOST_ERRORS) })
  walk(tree, {
    enter(node: CssNode) {
      if (node.type === 'Declaration') {
        const { basename } = property(node.property)
        const crossorigin = READ.has(basename) && 'anonymous'
        const urls = NO_IMAGE.has(basename) ? [] : imagesOf(node).flatMap(resolve)
        for (const url of urls) found.images.push({ url, crossorigin })
        return walk.skip
      }
      if (node.type !== 'Atrule') return undefined
      const name = node.name.toLowerCase()
      if (name === 'import') found.imports.push(...importsOf(node).flatMap(resolve))
      else if (name === 'font-face') found.fonts.push(...facesOf(node, from))
      else if (!CONDITIONAL.has(name)) return undefined
      else if (!isPrint(node)) found.fonts.push(...fontsWithin(node, from))
      return walk.skip
    },
  })
  return found
}

/**
 * Of one stylesheet. css-tree 3.2.1 keeps the tokens of the stylesheet before: where it then meets
 * a bracket too many, it can report one error at one place for ever.
 */
const MOST_ERRORS = 10_000

function limit(most: number): () => void {
  let errors = 0
  return () => {
    errors += 1
    if (errors > most) throw new Error('The CSS has too many errors.')
  }
}

/** Cursors are asked for on hover, and filters and clip paths are documents. */
const NO_IMAGE = new Set(['cursor', 'src', 'behavior', 'filter', 'backdrop-filter', 'clip-path'])

/** What a page could read off their shapes has them fetched with CORS (https://drafts.fxtf.org/css-masking/#priv-sec). */
const READ = new Set(['mask', 'mask-image', 'shape-outside'])

/** A rule of these may not hold on this client, so an image in it is not sure to be asked for. */
const CONDITIONAL = new Set(['media', 'supports', 'container', 'starting-style', 'page'])

function facesOf(rule: Atrule, from: string): FontFace[] {
  const face = readFontFace(rule)
  const url = face && resolveUrl(face.url, from)
  return url === undefined || face === undefined ? [] : [{ ...face, url }]
}

function fontsWithin(rule: Atrule, from: string): FontFace[] {
  const fonts: FontFace[] = []
  walk(rule, (node) => {
    if (node.type === 'Atrule' && node.name.toLowerCase() === 'font-face')
      fonts.push(...facesOf(node, from))
  })
  return fonts
}

/** None where only a browser can judge whether the condition holds. */
function importsOf(rule: Atrule): string[] {
  const first = rule.prelude?.type === 'AtrulePrelude' ? rule.prelude.children.first : null
  if (first?.type !== 'Url' && first?.type !== 'String') return []
  const everywhere = mediaTypes(rule).every((type) => type === 'all' || type === 'screen')
  return everywhere && isReference(first.value) ? [first.value] : []
}

function isPrint(rule: Atrule): boolean {
  const types = mediaTypes(rule)
  return types.length > 0 && types.every((type) => type === 'print')
}

/** Of each query in a list; '' for a query with a condition. */
function mediaTypes({ prelude }: Atrule): string[] {
  const types: string[] = []
  if (prelude === null) return types
  walk(prelude, (node) => {
    if (node.type !== 'MediaQuery') return
    const simple = node.condition === null || node.mediaType === 'print'
    types.push(simple ? (node.mediaType ?? '').toLowerCase() : '')
  })
  return types
}

/** In an `image-set` the browser chooses, by what only it knows. */
function imagesOf({ value }: Declaration): string[] {
  const images: string[] = []
  walk(value, {
    enter(node: CssNode) {
      if (node.type === 'Function' && /image-set$/i.test(node.name)) return walk.skip
      if (node.type === 'Url' && isReference(node.value)) images.push(node.value)
      return undefined
    },
  })
  return images
}

function isReference(url: string): boolean {
  return url !== '' && !/^\s*(?:data:|#)/i.test(url)
}
