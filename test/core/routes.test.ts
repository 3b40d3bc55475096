import { expect } from 'chai'
import { createRouter } from '@pushplan/core'

const pages = ['index.html', 'product/index.html', 'nested/page.html', 'тест/index.html']

describe('createRouter', () => {
  const html: [path: string, entry: string | undefined][] = [
    ['/', 'index.html'],
    ['/index.html', 'index.html'],
    ['/product', 'product/index.html'],
    ['/product/', 'product/index.html'],
    ['/product/index.html', 'product/index.html'],
    ['/nested/page', 'nested/page.html'],
    ['/nested/page.html', 'nested/page.html'],
    ['/%D1%82%D0%B5%D1%81%D1%82/', 'тест/index.html'],
    ['/shop/product', 'product/index.html'],
    ['/shop/', 'index.html'],
    ['/products', undefined],
    ['/PRODUCT', undefined],
    ['/%E0%A4%A', undefined],
  ]
  for (const [path, entry] of html) {
    it(`serves ${path} by ${entry ?? 'no'} HTML input, base /shop/`, () =>
      expect(createRouter(pages, {}, '/shop/')(path)).to.equal(entry))
  }

  it('serves every path by the only entry', () => {
    for (const entries of [['src/main.ts'], ['index.html']]) {
      expect(createRouter(entries)('/any/where')).to.equal(entries[0])
    }
  })

  it('serves no path where several entries have no HTML and no routes', () =>
    expect(createRouter(['a.ts', 'b.ts'])('/')).to.equal(undefined))

  it('takes the first of the routes that matches, before HTML inputs', () => {
    const route = createRouter(pages, {
      '/product': false,
      '/product/:id': 'p.ts',
      '/*rest': 'rest.ts',
    })
    expect(['/product', '/product/7', '/a/b', '/'].map(route)).to.deep.equal([
      undefined,
      'p.ts',
      'rest.ts',
      'index.html',
    ])
  })

  it('lets paths without a route fall to HTML inputs, and not to an only entry', () => {
    expect(createRouter(pages, { '/x': 'x.ts' })('/nested/page')).to.equal('nested/page.html')
    expect(createRouter(['main.ts'], { '/x': 'main.ts' })('/y')).to.equal(undefined)
  })
})
