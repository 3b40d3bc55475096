import { type Atrule, type CssNode, type Declaration, parse, walk } from 'css-tree'
import { type FontFace, readFontFace } from './font-face.js'

/** What a stylesheet makes a page request. References as written: relative to the stylesheet. */
export interface StylesheetNeeds {
  readonly imports: readonly string[]
  readonly fonts: readonly FontFace[]
  readonly images: readonly string[]
}

/** Reads emitted CSS. Tolerant as browsers are: what can't be parsed is passed over. */
export function readStylesheet(css: string): StylesheetNeeds {
  const needs = {
    imports: new Array<string>(),
    fonts: new Array<FontFace>(),
    images: new Set<string>(),
  }
  const tree = parse(css, { parseRulePrelude: false })
  walk(tree, {
    enter(node: CssNode) {
      if (node.type === 'Atrule') return enterAtrule(node, needs)
      if (node.type === 'Declaration' && !NO_IMAGE.has(node.property)) addImages(node, needs.images)
      return undefined
    },
  })
  return { ...needs, images: [...needs.images] }
}

/** Cursors are asked for on hover. */
const NO_IMAGE = new Set(['cursor', 'src', 'behavior'])

/** A rule of these may not hold on this client, so an image in it is not sure to be asked for. */
const CONDITIONAL = new Set(['media', 'supports', 'container', 'starting-style', 'page'])

interface Needs {
  readonly imports: string[]
  readonly fonts: FontFace[]
  readonly images: Set<string>
}

function enterAtrule(rule: Atrule, needs: Needs): symbol | undefined {
  const name = rule.name.toLowerCase()
  if (name === 'import') {
    const target = importTarget(rule)
    if (target !== undefined) needs.imports.push(target)
    return walk.skip
  }
  if (name === 'font-face') {
    const face = readFontFace(rule)
    if (face !== undefined) needs.fonts.push(face)
    return walk.skip
  }
  if (!CONDITIONAL.has(name)) return undefined
  if (!isPrint(rule)) needs.fonts.push(...fontsWithin(rule))
  return walk.skip
}

function fontsWithin(rule: Atrule): FontFace[] {
  const fonts: FontFace[] = []
  walk(rule, (node) => {
    const face = node.type === 'Atrule' && node.name === 'font-face' && readFontFace(node)
    if (face) fonts.push(face)
  })
  return fonts
}

/** Undefined for print, and for conditions that only a browser can judge. */
function importTarget(rule: Atrule): string | undefined {
  const first = rule.prelude?.type === 'AtrulePrelude' ? rule.prelude.children.first : null
  if (first?.type !== 'Url' && first?.type !== 'String') return undefined
  return first.value === '' || isData(first.value) || isPrint(rule) ? undefined : first.value
}

function isPrint(rule: Atrule): boolean {
  let types: (string | null)[] = []
  if (rule.prelude !== null)
    walk(rule.prelude, (node) => {
      if (node.type === 'MediaQuery') types = [...types, node.mediaType ?? null]
    })
  return types.length > 0 && types.every((type) => type?.toLowerCase() === 'print')
}

/** In an `image-set` the browser chooses, by what only it knows. */
function addImages({ value }: Declaration, images: Set<string>): void {
  walk(value, {
    enter(node: CssNode) {
      if (node.type === 'Function' && /image-set$/i.test(node.name)) return walk.skip
      if (node.type === 'Url' && !isData(node.value) && !node.value.startsWith('#'))
        images.add(node.value)
      return undefined
    },
  })
}

export function isData(url: string): boolean {
  return /^\s*data:/i.test(url)
}
