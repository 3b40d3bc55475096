import type { Asset } from './types.js'
import { encodeUrl } from './url.js'

export interface LinkOptions {
  /**
   * Bytes the header value may have; it ends before the first value that does not fit.
   * @default 2048, half of the buffer that nginx reads response headers into
   */
  readonly maxBytes?: number | undefined
  /** Assets to mark `nopush`, so that no proxy pushes again what the server has pushed. */
  readonly nopush?: ReadonlySet<Asset> | undefined
  /** The nonce of this response's content security policy, which scripts and styles must carry. */
  readonly nonce?: string | undefined
}

export const DEFAULT_LINK_BYTES = 2048

/**
 * The `Link` header value (RFC 8288) that announces `assets`, or undefined where there is nothing
 * to announce.
 */
export function formatLink(
  assets: readonly Asset[],
  options: LinkOptions = {},
): string | undefined {
  return linkValues(assets, options).join(SEPARATOR) || undefined
}

const SEPARATOR = ', '

/** The members of that header value. Assets that can't be written safely are left out. */
export function linkValues(assets: readonly Asset[], options: LinkOptions = {}): string[] {
  const { maxBytes = DEFAULT_LINK_BYTES } = options
  const members: string[] = []
  let bytes = -SEPARATOR.length
  for (const asset of assets) {
    const value = linkValue(asset)
    if (value === undefined) continue
    const member = value + ofThisResponse(asset, options)
    bytes += SEPARATOR.length + member.length
    if (bytes > maxBytes) break
    members.push(member)
  }
  return members
}

/** The parameters that differ from response to response. */
function ofThisResponse(asset: Asset, { nopush, nonce }: LinkOptions): string {
  const guarded = asset.as === 'script' || asset.as === 'style'
  const own =
    guarded && nonce !== undefined && isFieldValue(nonce) ? formatParam(['nonce', nonce]) : ''
  return nopush?.has(asset) === true ? `${own}; nopush` : own
}

const cache = new WeakMap<Asset, string | false>()

/** The one link-value of an asset, or undefined where its text must not reach a header. Made once an asset. */
export function linkValue(asset: Asset): string | undefined {
  let value = cache.get(asset)
  if (value === undefined) {
    value = serialize(asset) ?? false
    cache.set(asset, value)
  }
  return value === false ? undefined : value
}

function serialize(asset: Asset): string | undefined {
  const typed = asset.as === 'font' || asset.as === 'image'
  const params: [name: string, value: string | undefined][] = [
    ['rel', asset.rel],
    ['as', asset.rel === 'preload' || asset.rel === 'prefetch' ? asset.as : undefined],
    // Only where browsers support some types and not others does the type save a download.
    ['type', typed ? asset.type : undefined],
    ['crossorigin', asset.crossorigin === 'anonymous' ? '' : asset.crossorigin],
    ['integrity', asset.integrity],
    ['fetchpriority', asset.fetchpriority],
    ['media', asset.media],
    ['imagesrcset', asset.imagesrcset],
    ['imagesizes', asset.imagesizes],
  ]
  const value = `<${encodeUrl(asset.url)}>${params.map(formatParam).join('')}`
  return /\p{Cc}/u.test(asset.url) || !isFieldValue(value) ? undefined : value
}

function formatParam([name, value]: readonly [string, string | undefined]): string {
  if (value === undefined) return ''
  if (value === '') return `; ${name}`
  const token = /^[\w!#$%&'*+\-.^`|~]+$/.test(value)
  return `; ${name}=${token ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`
}

/**
 * Printable ASCII only. Controls have no place in a field value (RFC 9110 §5.5): CR and LF split
 * headers, and Node 20 and 22 let them through into an HTTP/1 103.
 */
function isFieldValue(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** One member of a `Link` header. */
export interface LinkValue {
  readonly url: string
  /** The relation types of the first `rel`, in lower case (RFC 8288 §3.3). */
  readonly rel: readonly string[]
  readonly nopush: boolean
  /** All parameters by their lower-case names; true where one has no value. The first of a name counts. */
  readonly params: ReadonlyMap<string, string | true>
}

const TARGET = /[\s,]*<([^<>]*)>/y
const PARAM = /\s*;\s*(?:([\w!#$%&'*+\-.^`|~]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?)?/y
const REST = /(?:"(?:[^"\\]|\\.)*"|[^,])*,?/y

/** Reads `Link` header lines. What is malformed is passed over up to the next comma. */
export function parseLink(value: string | readonly string[]): LinkValue[] {
  const text = typeof value === 'string' ? value : value.join(', ')
  const found: LinkValue[] = []
  let at = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    const url = take(TARGET)?.[1]
    if (url !== undefined)
      found.push(
        toLinkValue(
          url,
          readParams(() => take(PARAM)),
        ),
      )
    const from = at
    take(REST)
    if (at === from) break
  }
  return found
}

function readParams(next: () => RegExpExecArray | null): Map<string, string | true> {
  const params = new Map<string, string | true>()
  for (let match = next(); match !== null; match = next()) {
    const [, name, quoted, token] = match
    if (name === undefined || params.has(name.toLowerCase())) continue
    params.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? true)
  }
  return params
}

function toLinkValue(url: string, params: ReadonlyMap<string, string | true>): LinkValue {
  const rel = params.get('rel')
  return {
    url,
    rel: typeof rel === 'string' ? rel.toLowerCase().split(/\s+/).filter(Boolean) : [],
    nopush: params.has('nopush'),
    params,
  }
}
