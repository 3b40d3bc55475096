import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { LRUCache } from 'lru-cache'

/**
 * Which URLs a client has, as a Golomb-coded set of their hashes
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-cache-digest-02#section-2.1): those of
 * the `Cache-Digest` header, and our own.
 */
export interface Digest {
  /** Bits of each hash: log2(N) + log2(P). */
  readonly bits: number
  readonly hashes: ReadonlySet<number>
}

/**
 * Bits of the hashes in our own digests, whatever their size, so that any two can be merged. An
 * asset costs 13 to 22 of them; of 100 assets in a digest, one in 10,000 others is taken for one of them.
 */
const OWN_BITS = 20
/**
 * Assets in one of our own digests, which comes with each request: half a kilobyte. Beyond that, a
 * client that has been everywhere, or here for many deploys, is remembered anew.
 */
export const MOST_REMEMBERED = 256
/** The draft allows 62; beyond this, sums are no longer exact, and nobody has use for so many. */
const MOST_BITS = 48
/** Characters of the longest digest, or `Cache-Digest` header, that is read, ... */
const LONGEST = 2048
/** ... and digests in such a header: each is looked into for every asset. */
const MOST_DIGESTS = 4

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Whether the digest has `url`: surely where it does, and by chance, once in 2^P, where it does not. */
export function holds({ bits, hashes }: Digest, url: string): boolean {
  return hashes.has(cut(hash48(url), bits))
}

/** The same for URLs of a build, of which each is hashed once. */
export function remembers({ bits, hashes }: Digest, url: string): boolean {
  return hashes.has(cut(knownHash(url), bits))
}

/**
 * A digest of our own: of `urls`, and of what `known` has, if that is one of our own too, as long as
 * both together are not more than `MOST_REMEMBERED`.
 */
export function mergeDigest(urls: readonly string[], known?: Digest): Digest {
  const added = new Set(urls.map((url) => cut(knownHash(url), OWN_BITS)))
  const all = new Set([...(known?.bits === OWN_BITS ? known.hashes : []), ...added])
  return { bits: OWN_BITS, hashes: all.size > MOST_REMEMBERED ? added : all }
}

/** To hash those of a page costs more than all else that is done for its request. */
const known48 = new LRUCache<string, number>({ max: 10_000 })

function knownHash(url: string): number {
  const known = known48.get(url)
  if (known !== undefined) return known
  const hash = hash48(url)
  known48.set(url, hash)
  return hash
}

/** The first 48 bits of its SHA-256. */
function hash48(url: string): number {
  const octets = sha256(utf8ToBytes(url)).subarray(0, MOST_BITS / 8)
  return octets.reduce((hash, octet) => hash * 256 + octet, 0)
}

/** The first `bits` of them. */
function cut(hash: number, bits: number): number {
  return Math.floor(hash / 2 ** (MOST_BITS - bits))
}

/** As base64url, without padding. Of hashes of up to 31 bits: what log2(P) can say. */
export function encodeDigest({ bits, hashes }: Digest): string {
  const logN = Math.round(Math.log2(Math.max(1, hashes.size)))
  const logP = bits - logN
  let code = binary(logN, 5) + binary(logP, 5)
  let last = -1
  for (const hash of [...hashes].toSorted((a, b) => a - b)) {
    const gap = hash - last - 1
    code += `${'0'.repeat(Math.floor(gap / 2 ** logP))}1${binary(gap % 2 ** logP, logP)}`
    last = hash
  }
  const octets = code.padEnd(8 * Math.ceil(code.length / 8), '0')
  return octets.replaceAll(/.{1,6}/g, (six) => BASE64URL.charAt(parseBinary(six.padEnd(6, '0'))))
}

/** Undefined: it is no digest, or none that anybody would send. Never throws. */
export function decodeDigest(text: string): Digest | undefined {
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) return undefined
  const code = text.replaceAll(/./g, (character) => binary(BASE64URL.indexOf(character), 6))
  const [logN, logP] = [parseBinary(code.slice(0, 5)), parseBinary(code.slice(5, 10))]
  const bits = logN + logP
  if (code.length < 10 || bits === 0 || bits > MOST_BITS) return undefined
  const hashes = decodeHashes(code, logP)
  return hashes.every((hash) => hash < 2 ** bits) ? { bits, hashes: new Set(hashes) } : undefined
}

/** Gaps between hashes: of each the quotient by P in unary, then the remainder. Zeros may follow the last. */
function decodeHashes(code: string, logP: number): number[] {
  const hashes: number[] = []
  let hash = -1
  let start = 10
  for (let one = code.indexOf('1', start); one >= 0; one = code.indexOf('1', start)) {
    const end = one + 1 + logP
    if (end > code.length) break
    hash += (one - start) * 2 ** logP + parseBinary(code.slice(one + 1, end)) + 1
    hashes.push(hash)
    start = end
  }
  return hashes
}

function binary(value: number, digits: number): string {
  return digits === 0 ? '' : value.toString(2).padStart(digits, '0')
}

function parseBinary(digits: string): number {
  return digits === '' ? 0 : Number.parseInt(digits, 2)
}

/** What a `Cache-Digest` header tells of fresh responses by their URLs alone (draft-02 §3). */
export function parseCacheDigest(header: string): readonly Digest[] {
  if (header.length > LONGEST) return []
  return header.split(',', MOST_DIGESTS).flatMap((entity) => {
    const [value = '', ...flags] = entity.split(';').map((part) => part.trim())
    const others = flags.some((flag) => /^(?:stale|validators)$/i.test(flag))
    return others ? [] : (decodeDigest(value) ?? [])
  })
}
