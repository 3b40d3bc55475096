import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeDigest,
  type Digest,
  encodeDigest,
  holds,
  mergeDigest,
  MOST_REMEMBERED,
  parseCacheDigest,
} from '@pushplan/core'

const assets = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => `/assets/chunk-${from + n}-C4dL9xQz.js`)

const written = (urls: readonly string[], known?: Digest) => encodeDigest(mergeDigest(urls, known))

describe('digest', () => {
  it('holds URLs by the first bits of their SHA-256', () => {
    for (const [bits, hash] of [
      [48, 0xbaf9e86f0333],
      [20, 0xbaf9e],
      [1, 1],
    ] as const) {
      const digest = { bits, hashes: new Set([hash]) }
      expect(holds(digest, 'https://example.com/style.css'), `${bits} bits`).to.equal(true)
    }
    const other = { bits: 48, hashes: new Set([0xbaf9e86f0334]) }
    expect(holds(other, 'https://example.com/style.css')).to.equal(false)
  })

  it('reads what other implementations write', () => {
    const digest = decodeDigest('AeLA')
    expect(digest).to.deep.equal({ bits: 7, hashes: new Set([0x0b]) })
    const url = (file: string) => `https://127.0.0.1.xip.io:8081/${file}`
    expect(digest && holds(digest, url('cache-digests.cgi/hello.js'))).to.equal(true)
    expect(digest && holds(digest, url('notfound.js'))).to.equal(false)
  })

  it('reads back all that it writes', () => {
    const digests = fc.integer({ min: 1, max: 31 }).chain((bits) =>
      fc.record({
        bits: fc.constant(bits),
        hashes: fc
          .uniqueArray(fc.maxSafeNat())
          .map((numbers) => new Set(numbers.map((number) => number % 2 ** bits))),
      }),
    )
    fc.assert(
      fc.property(digests, (digest) => {
        const text = encodeDigest(digest)
        expect(text).to.match(/^[\w-]+$/)
        expect(decodeDigest(text)).to.deep.equal({
          bits: digest.bits,
          hashes: new Set([...digest.hashes].toSorted((a, b) => a - b)),
        })
      }),
    )
  })

  it('takes any text for a digest or for none', () => {
    const base64url = fc.string({
      unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
    })
    fc.assert(
      fc.property(fc.oneof(fc.string(), base64url), (text) => {
        const digest = decodeDigest(text)
        const hashes = [...(digest?.hashes ?? [])]
        expect(hashes.every((hash) => hash < 2 ** (digest?.bits ?? 0))).to.equal(true)
      }),
    )
  })

  for (const [what, text] of [
    ['nothing', ''],
    ['one character', 'A'],
    ['other characters', 'AeLA='],
    ['hashes of no bits', 'AAAA'],
    ['hashes of more bits than are exact', '____'],
    ['a hash beyond its bits', 'AFA'],
    ['more than anybody would send', 'A'.repeat(2049)],
  ]) {
    it(`is none of ${what}`, () => {
      expect(decodeDigest(text ?? '')).to.equal(undefined)
    })
  }

  it('has what it was given, and of others hardly any', () => {
    for (const count of [0, 1, 15, 100, MOST_REMEMBERED]) {
      const digest = decodeDigest(written(assets(count)))
      if (digest === undefined) throw new Error(`no digest of ${count}`)
      expect(assets(count).every((url) => holds(digest, url))).to.equal(true)
      const others = assets(10_000, count).filter((url) => holds(digest, url))
      expect(others.length).to.be.at.most(5)
    }
  })

  it('fits a cookie', () => {
    expect(written(assets(15)).length).to.be.at.most(50)
    expect(written(assets(MOST_REMEMBERED)).length).to.be.at.most(600)
  })

  it('merges with another of ours, as if both had been one', () => {
    const first = decodeDigest(written(assets(30)))
    expect(written(assets(30, 20), first)).to.equal(written(assets(50)))
  })

  it('begins anew instead of growing without end, and beside one that is not ours', () => {
    const full = mergeDigest(assets(MOST_REMEMBERED))
    expect(written(assets(3, 5), full)).to.equal(encodeDigest(full))
    expect(written(assets(3, 1000), full)).to.equal(written(assets(3, 1000)))
    expect(written(assets(3), decodeDigest('AeLA'))).to.equal(written(assets(3)))
  })
})

describe('parseCacheDigest', () => {
  const one: Digest = { bits: 7, hashes: new Set([0x0b]) }
  for (const [header, digests] of [
    ['AeLA', [one]],
    ['AeLA; complete', [one]],
    ['AeLA;reset , AeLA', [one, one]],
    ['AeLA; stale, AeLA; VALIDATORS; complete', []],
    ['"AeLA"', []],
    ['', []],
    [',;,', []],
    ['AeLA,'.repeat(100), [one, one, one, one]],
    ['AeLA,'.repeat(1000), []],
  ] as const) {
    it(`finds ${digests.length} in ${JSON.stringify(header.slice(0, 50))}`, () => {
      expect(parseCacheDigest(header)).to.deep.equal(digests)
    })
  }
})
