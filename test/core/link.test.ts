import { expect } from 'chai'
import fc from 'fast-check'
import { type Asset, createAsset, formatLink, linkValues, parseLink } from '@pushplan/core'

const style: Asset = { url: '/a.css', rel: 'preload', as: 'style' }

describe('formatLink', () => {
  const cases: [name: string, asset: Partial<Asset>, value: string | undefined][] = [
    ['a stylesheet', {}, '</a.css>; rel=preload; as=style'],
    [
      'crossorigin anonymous as the bare name',
      { crossorigin: 'anonymous' },
      '</a.css>; rel=preload; as=style; crossorigin',
    ],
    [
      'crossorigin use-credentials',
      { crossorigin: 'use-credentials' },
      '</a.css>; rel=preload; as=style; crossorigin=use-credentials',
    ],
    [
      'a module without as',
      { url: '/a.js', rel: 'modulepreload', as: 'script' },
      '</a.js>; rel=modulepreload',
    ],
    [
      'the type of a font',
      { url: '/a.woff2', as: 'font', type: 'font/woff2' },
      '</a.woff2>; rel=preload; as=font; type="font/woff2"',
    ],
    ['no type of a style', { type: 'text/css' }, '</a.css>; rel=preload; as=style'],
    [
      'integrity, quoted',
      { integrity: 'sha384-a/b=' },
      '</a.css>; rel=preload; as=style; integrity="sha384-a/b="',
    ],
    [
      'fetchpriority',
      { fetchpriority: 'high' },
      '</a.css>; rel=preload; as=style; fetchpriority=high',
    ],
    [
      'media, quoted',
      { media: '(max-width: 600px)' },
      '</a.css>; rel=preload; as=style; media="(max-width: 600px)"',
    ],
    [
      'quotes escaped once',
      { media: 'a"b\\c' },
      '</a.css>; rel=preload; as=style; media="a\\"b\\\\c"',
    ],
    [
      'a URL that needs encoding',
      { url: '/тест/e.css?a b#<>"' },
      '</%D1%82%D0%B5%D1%81%D1%82/e.css?a%20b#%3C%3E%22>; rel=preload; as=style',
    ],
    ['a URL that is encoded already', { url: '/a%20b.css' }, '</a%20b.css>; rel=preload; as=style'],
    ['no value with CR LF in the URL', { url: '/a\r\nset-cookie: x' }, undefined],
    ['no value with NUL in a parameter', { media: 'a\0b' }, undefined],
    ['no value with LF in integrity', { integrity: 'a\nb' }, undefined],
  ]
  for (const [name, changes, value] of cases) {
    it(`writes ${name}`, () => expect(formatLink([{ ...style, ...changes }])).to.equal(value))
  }

  it('writes nothing for no assets', () => expect(formatLink([])).to.equal(undefined))

  it('marks nopush what it is told to', () => {
    const other = { ...style, url: '/b.css' }
    expect(formatLink([style, other], { nopush: new Set([other]) })).to.equal(
      '</a.css>; rel=preload; as=style, </b.css>; rel=preload; as=style; nopush',
    )
  })

  it('gives scripts and styles the nonce of the response, and nothing else', () => {
    const assets = [style, createAsset('/a.js'), createAsset('/a.woff2')]
    const nonces = parseLink(formatLink(assets, { nonce: 'r4nd/0m=' }) ?? '').map(({ params }) =>
      params.get('nonce'),
    )
    expect(nonces).to.deep.equal(['r4nd/0m=', 'r4nd/0m=', undefined])
    expect(formatLink([style], { nonce: 'a\r\nb' })).to.equal(formatLink([style]))
  })

  it('leaves an unsafe asset out and goes on with the next', () => {
    const unsafe = { ...style, url: '/\n' }
    expect(formatLink([unsafe, style])).to.equal(formatLink([style]))
  })

  it('ends before the byte cap with whole values', () => {
    const assets = Array.from({ length: 200 }, (_, at) => createAsset(`/assets/chunk-${at}.js`))
    const header = formatLink(assets) ?? ''
    expect(header.length).to.be.within(1900, 2048)
    const links = parseLink(header)
    expect(links.map(({ url }) => url)).to.deep.equal(
      assets.slice(0, links.length).map(({ url }) => url),
    )
    expect(links.every(({ rel }) => rel[0] === 'modulepreload')).to.equal(true)
  })

  it('counts a value of exactly the cap in', () => {
    const bytes = formatLink([style])?.length ?? 0
    expect(linkValues([style], { maxBytes: bytes })).to.have.length(1)
    expect(linkValues([style], { maxBytes: bytes - 1 })).to.have.length(0)
  })

  it('always writes what Headers accepts and parseLink reads back', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 })
    const asset = fc
      .record({ url: text, media: text, integrity: text })
      .map((parts) => ({ ...style, ...parts }))
    fc.assert(
      fc.property(asset, (made) => {
        const header = formatLink([made])
        if (header === undefined) return
        expect(new Headers({ link: header }).get('link')).to.equal(header)
        const [link, ...more] = parseLink(header)
        expect(more).to.deep.equal([])
        expect(link?.rel).to.deep.equal(['preload'])
        expect(link?.params.get('as')).to.equal('style')
      }),
    )
  })
})

describe('parseLink', () => {
  const preloads = (value: string | string[]) =>
    parseLink(value)
      .filter(({ rel }) => rel.includes('preload'))
      .map(({ url, nopush }) => (nopush ? `${url} nopush` : url))

  const cases: [value: string | string[], expected: string[]][] = [
    ['<u>', []],
    ['<u>; rel=preload', ['u']],
    ['<u>; rel=PreLoad', ['u']],
    ['<u>; rel="preload push"', ['u']],
    ['<u>; rel="push preload"', ['u']],
    ['<u>; rel=preloadX', []],
    ['<u>; rel=preload; nopush', ['u nopush']],
    ['<u>; nopush; rel=preload', ['u nopush']],
    ['<u>; rel=preload; nopushyes', ['u']],
    ['</a;rel=preload', []],
    ['<u> rel=preload', []],
    ['</a;rel=preload, <b>; rel=preload', ['b']],
    ['<a,b>; rel=preload, <c>; rel=preload', ['a,b', 'c']],
    ['<a>; title="x, <y>; rel=z"; rel=preload', ['a']],
    ['<a>; rel=preload; rel=next', ['a']],
    ['<a>;rel=preload,<b>;rel=preload', ['a', 'b']],
    [
      ['<a>; rel=preload', '<b>; rel=preload'],
      ['a', 'b'],
    ],
    ['<a>; rel=preload; x="\\"', ['a']],
    ['', []],
    [',,,', []],
  ]
  for (const [value, expected] of cases) {
    it(`reads ${JSON.stringify(value)}`, () => expect(preloads(value)).to.deep.equal(expected))
  }

  it('reads two header lines as one joined line', () => {
    const lines = ['<a>; rel=preload', '<b>; rel=next; nopush']
    expect(parseLink(lines)).to.deep.equal(parseLink(lines.join(', ')))
  })

  it('takes quoted pairs apart', () => {
    const [link] = parseLink('<a>; media="a\\"b"; crossorigin; rel=preload')
    expect(link?.params.get('media')).to.equal('a"b')
    expect(link?.params.get('crossorigin')).to.equal(true)
  })

  it('never throws', () => {
    const text = fc.string({
      unit: fc.constantFrom('<', '>', ';', ',', '"', '\\', '=', ' ', 'a', 'rel'),
      maxLength: 60,
    })
    fc.assert(fc.property(text, (value) => Array.isArray(parseLink(value))))
  })
})
