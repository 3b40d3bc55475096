import { type Atrule, type CssNode, type Declaration, generate } from 'css-tree'
import { type CharacterRange, parseUnicodeRange } from './unicode-range.js'

/** One `@font-face` that makes browsers ask for a WOFF2 file. */
export interface FontFace {
  /** Of the file. */
  readonly url: string
  readonly family: string
  readonly weight: string
  readonly style: string
  /** Absent: all characters. */
  readonly range: readonly CharacterRange[] | undefined
}

/** Undefined where a browser asks for no WOFF2 file: it has an inlined or another format before it. */
export function readFontFace(rule: Atrule): FontFace | undefined {
  const descriptors = new Map<string, Declaration>()
  for (const node of rule.block?.children ?? [])
    if (node.type === 'Declaration') descriptors.set(node.property.toLowerCase(), node)
  const text = (name: string) => textOf(descriptors.get(name))
  const url = woff2(descriptors.get('src'))
  if (url === undefined || /^\s*data:/i.test(url)) return undefined
  return {
    url,
    family: text('font-family').replace(/["']/g, '').toLowerCase(),
    weight: weightOf(text('font-weight')),
    style: text('font-style') || 'normal',
    range: parseUnicodeRange(text('unicode-range')),
  }
}

function textOf(declaration: Declaration | undefined): string {
  return declaration === undefined ? '' : generate(declaration.value).trim().toLowerCase()
}

function weightOf(text: string): string {
  if (text === '' || text === 'normal') return '400'
  return text === 'bold' ? '700' : text
}

/** The URL of the first source that browsers can use, if that is WOFF2. */
function woff2(src: Declaration | undefined): string | undefined {
  const sources =
    src === undefined || src.value.type === 'Raw' ? [] : split([...src.value.children])
  for (const source of sources) {
    const url = source.find((node) => node.type === 'Url')?.value
    if (url === undefined) continue
    const format = formatOf(source) ?? extension(url)
    if (/^woff2(?:-variations)?$/.test(format)) return url
    if (/^(?:woff|truetype|opentype|ttf|otf)(?:-variations)?$/.test(format)) return undefined
  }
  return undefined
}

function split(nodes: readonly CssNode[]): CssNode[][] {
  const parts: CssNode[][] = [[]]
  for (const node of nodes) {
    if (node.type === 'Operator' && node.value.trim() === ',') parts.push([])
    else parts.at(-1)?.push(node)
  }
  return parts
}

function formatOf(source: readonly CssNode[]): string | undefined {
  const format = source.find(
    (node) => node.type === 'Function' && node.name.toLowerCase() === 'format',
  )
  const name = format?.type === 'Function' ? format.children.first : null
  if (name?.type === 'String') return name.value.toLowerCase()
  return name?.type === 'Identifier' ? name.name.toLowerCase() : undefined
}

function extension(url: string): string {
  if (/^\s*data:/i.test(url)) return /^\s*data:[^;,]*woff2/i.test(url) ? 'woff2' : 'woff'
  return /\.([^./]*)$/.exec(url.replace(/[?#].*$/s, ''))?.[1]?.toLowerCase() ?? ''
}
