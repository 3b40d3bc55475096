import { expect } from 'chai'
import {
  type Asset,
  atOnce,
  type BuildOutput,
  createAsset,
  createPlanner,
  detectBase,
  formatLink,
  isUrgentImage,
  pageCrossorigin,
  readHtml,
  readManifest,
  readPage,
} from '@pushplan/core'

const manifest = {
  'src/main.ts': {
    file: 'assets/main.js',
    isEntry: true,
    css: ['assets/main.css'],
    assets: ['assets/listed.woff2', 'assets/listed.png'],
    dynamicImports: ['src/later.ts'],
  },
  'src/later.ts': { file: 'assets/later.js', css: ['assets/later.css'] },
}
const graph = readManifest(manifest)
const show = ({ rel, as, url }: Asset) => `${rel === 'preconnect' ? 'connect' : as} ${url}`

function plan(css: Readonly<Record<string, string>>, output: BuildOutput = {}) {
  const planner = createPlanner(graph, { readCss: (url) => css[url], ...output })
  return planner.planOf('src/main.ts')
}

/** What the plan has beyond the entry's own script and stylesheet. */
function found(main: string, others: Readonly<Record<string, string>> = {}): string[] {
  return plan({ '/assets/main.css': main, ...others })
    .assets.map(show)
    .filter((line) => !/main\.|listed\.png/.test(line))
}

const face = (rest: string) => `@font-face { font-family: A; ${rest} }`

const rows: [title: string, css: string, expected: string[]][] = [
  ['a font relative to its stylesheet', face('src: url(a.woff2)'), ['font /assets/a.woff2']],
  ['a font of the root', face('src: url("/f/a.woff2?v=1#x")'), ['font /f/a.woff2?v=1']],
  [
    'a font after local()',
    face('src: local("A"), url(a.woff2) format("woff2")'),
    ['font /assets/a.woff2'],
  ],
  [
    'WOFF2 and not its fallback',
    face('src: url(a.woff2) format(woff2), url(a.woff) format("woff")'),
    ['font /assets/a.woff2'],
  ],
  ['no WOFF2 behind a WOFF', face('src: url(a.woff), url(a.woff2)'), []],
  ['no font behind an inlined one', face('src: url(data:font/woff2;base64,AA), url(a.woff2)'), []],
  [
    'a variable font',
    face('src: url(a.woff2) format("woff2-variations") tech(variations)'),
    ['font /assets/a.woff2'],
  ],
  [
    'the last src',
    face('src: url(a.eot); src: url(a.eot?#iefix) format("embedded-opentype"), url(a.woff2)'),
    ['font /assets/a.woff2'],
  ],
  ['no font of other characters', face('src: url(a.woff2); unicode-range: U+0400-045F'), []],
  [
    'a font whose range has some of the characters',
    face('src: url(a.woff2); unicode-range: U+0??, U+2000'),
    ['font /assets/a.woff2'],
  ],
  [
    'each family and weight once, the last rule of them',
    face('src: url(a.woff2)') +
      face('src: url(b.woff2)') +
      face('font-weight: 700; src: url(c.woff2)'),
    ['font /assets/b.woff2', 'font /assets/c.woff2'],
  ],
  [
    'the upright face before the slanted one',
    face('src: url(a.woff2)') + face('font-style: italic; src: url(i.woff2)'),
    ['font /assets/a.woff2'],
  ],
  [
    'fonts within conditions',
    `@supports (x: y) { ${face('src: url(a.woff2)')} }`,
    ['font /assets/a.woff2'],
  ],
  ['no fonts for print', `@media print { ${face('src: url(a.woff2)')} }`, []],
  [
    'images after all else',
    'a { background: url(a.png) } b { mask: url("b.svg") }',
    ['image /assets/a.png', 'image /assets/b.svg'],
  ],
  [
    'no cursors, inlined images and fragments',
    'a { cursor: url(c.cur); fill: url(#f); background: url(data:image/png,) }',
    [],
  ],
  [
    'no images that hang on a condition',
    '@media (min-width: 9px) { a { background: url(a.png) } }',
    [],
  ],
  [
    'no images that the browser chooses',
    'a { background: image-set(url(a.png) 1x, url(b.png) 2x) }',
    [],
  ],
  [
    'what can be read of broken CSS',
    `a { color: ; !! } ] { } ${face('src: url(a.woff2)')} b {`,
    ['font /assets/a.woff2'],
  ],
]

describe('createPlanner with the emitted CSS', () => {
  for (const [title, css, expected] of rows) {
    it(`plans ${title}`, () => {
      expect(found(css)).to.deep.equal(expected)
    })
  }

  it('follows @import, in any order and in circles, but not for print', () => {
    const others = {
      '/assets/b.css': `@import "deep/c.css"; ${face('src: url(b.woff2)')}`,
      '/assets/deep/c.css': `@import "../b.css"; ${face('font-weight: 700; src: url(c.woff2)')}`,
      '/assets/print.css': face('src: url(print.woff2)'),
    }
    const css = '@import url(b.css) layer(x); @import "print.css" print; @import "data:text/css,";'
    expect(found(css, others)).to.deep.equal([
      'style /assets/b.css',
      'style /assets/deep/c.css',
      'font /assets/b.woff2',
      'font /assets/deep/c.woff2',
    ])
  })

  it('follows no folder that links to itself for ever, nor to URLs that nobody takes', () => {
    const folder = `${'x'.repeat(1000)}/`
    const { assets } = plan({}, { readCss: () => `@import "${folder}"; @import "/${folder}"` })
    const lengths = assets.map(({ url }) => url.length)
    expect(Math.max(...lengths)).to.be.within(7000, 8000)
  })

  it('ends on a bracket too many, whatever was read before', () => {
    const broken = '{P(Fi ZfxV|kW\\/wx`qfl)R}]zwj#kHq'
    const others = {
      '/assets/broken.css': broken,
      '/assets/whole.css': face('src: url(a.woff2)'),
    }
    const css = `@import "broken.css"; @import "whole.css"; ${'['.repeat(broken.length)}`
    expect(found(css, others)).to.deep.equal([
      'style /assets/broken.css',
      'style /assets/whole.css',
      'font /assets/a.woff2',
    ])
  })

  it('connects to the other origins that the CSS refers to, with and without CORS', () => {
    const css =
      face('src: url(https://f.example/a.woff2)') + 'a { background: url(//f.example/a.png) }'
    expect(found(css)).to.deep.equal([
      'connect https://f.example',
      'connect //f.example',
      'font https://f.example/a.woff2',
      'image //f.example/a.png',
    ])
    expect(formatLink(plan({ '/assets/main.css': css }).assets)).to.match(
      /^<https:\/\/f\.example>; rel=preconnect; crossorigin, <\/\/f\.example>; rel=preconnect, /,
    )
  })

  it('asks for what is masked with CORS, and for no filter', () => {
    const css = `i { -webkit-mask-image: url(a.svg); mask: url(a.svg) } b { shape-outside: url(s.png) }
      p { background: url(p.png); filter: url(f.svg#f); clip-path: url(c.svg#c) }`
    const { assets } = plan({ '/assets/main.css': css })
    const images = assets.filter(({ as, url }) => as === 'image' && !url.includes('listed'))
    expect(images.map(({ url, crossorigin = 'none' }) => `${url} ${crossorigin}`)).to.deep.equal([
      '/assets/a.svg anonymous',
      '/assets/s.png anonymous',
      '/assets/p.png none',
    ])
  })

  const subset = (file: string, range: string, more = '') =>
    face(`src: url(${file}.woff2); unicode-range: ${range}; ${more}`)
  const subsets = subset('cyrillic', 'U+301, U+400-45F') + subset('latin', 'U+0-FF')
  const scripts: [characters: string, css: string, fonts: string[]][] = [
    ['U+20-7E', subsets, ['latin']],
    ['U+20-7E, U+400-4FF', subsets, ['cyrillic', 'latin']],
    ['U+20-7E', face('src: url(all.woff2)') + subset('and', 'U+26'), ['all', 'and']],
    ['U+20-7E', subset('and', 'U+26') + face('src: url(all.woff2)'), ['all']],
    ['U+20-7E', subsets + subset('slanted', 'U+0-FF', 'font-style: italic'), ['latin']],
  ]
  for (const [unicodeRange, css, fonts] of scripts) {
    it(`plans ${fonts.join(' and ')} for ${unicodeRange} of ${css.length} characters of CSS`, () => {
      const { assets } = plan({ '/assets/main.css': css }, { unicodeRange })
      const urls = assets.filter(({ as }) => as === 'font').map(({ url }) => url)
      expect(urls).to.deep.equal(fonts.map((name) => `/assets/${name}.woff2`))
    })
  }

  it('falls back to the fonts of the manifest where no CSS can be read', () => {
    const fonts = plan({}).assets.filter(({ as }) => as === 'font')
    expect(fonts.map(show)).to.deep.equal(['font /assets/listed.woff2'])
    expect(found('')).to.deep.equal([])
  })

  it('reads each stylesheet once, however many entries have it', () => {
    const shared = { file: 'a.js', isEntry: true, css: ['s.css'] }
    const read: string[] = []
    const { planOf } = createPlanner(readManifest({ a: shared, b: { ...shared, file: 'b.js' } }), {
      readCss: (url) => {
        read.push(url)
        return ''
      },
    })
    expect(planOf('a')).to.equal(planOf('a'))
    planOf('b')
    expect(read).to.deep.equal(['/s.css'])
  })

  it('has lazy assets as rel=prefetch', () => {
    expect(formatLink(plan({}).lazy)).to.equal(
      '</assets/later.css>; rel=prefetch; as=style; crossorigin, ' +
        '</assets/later.js>; rel=prefetch; as=script; crossorigin',
    )
  })
})

describe('createPlanner with built HTML', () => {
  const page = (head: string, path = 'index.html') =>
    readPage({ path, html: `<!doctype html>${head}` })
  const script = '<script type="module" src="/assets/main.js"></script>'
  const planned = (head: string) =>
    plan({}, { pages: [page(script + head)] }).assets.filter(({ url }) => !url.includes('listed'))

  it('takes crossorigin, integrity, media and fetchpriority from the tags', () => {
    const assets = planned(
      '<link rel="stylesheet" href="/assets/main.css" crossorigin="use-credentials" integrity="sha256-x" media="(min-width: 1px)" fetchpriority=high>',
    )
    expect(assets[0]).to.deep.equal({
      url: '/assets/main.css',
      rel: 'preload',
      as: 'style',
      type: 'text/css',
      crossorigin: 'use-credentials',
      integrity: 'sha256-x',
      fetchpriority: 'high',
      media: '(min-width: 1px)',
    })
    expect(assets.find(({ url }) => url === '/assets/main.js')).not.to.have.property('crossorigin')
  })

  it('takes the order of stylesheets, and those that the manifest does not have', () => {
    const assets = planned(
      '<link rel=stylesheet href=/reset.css><link rel=stylesheet href=/assets/main.css>',
    )
    expect(assets.map(show)).to.deep.equal([
      'style /reset.css',
      'style /assets/main.css',
      'script /assets/main.js',
    ])
  })

  it('passes over what stands within a thousand elements', () => {
    const deep = '<i>'.repeat(1000) + '<script src=/deep.js></script>'
    expect(planned(`<link rel=stylesheet href=/a.css>${deep}`).map(show)).to.deep.equal([
      'style /a.css',
      'style /assets/main.css',
      'script /assets/main.js',
    ])
  })

  const ignored = [
    '<!-- <script src="/x.js"></script> -->',
    '<noscript><link rel=stylesheet href=/x.css></noscript>',
    '<template><script src=/x.js></script></template>',
    '<script nomodule src=/x.js></script>',
    '<script async src=https://stats.example/x.js></script>',
    '<script type=application/json src=/x.json></script>',
    '<link rel=stylesheet media=print href=/x.css>',
    '<link rel="alternate stylesheet" href=/x.css>',
    '<link rel=stylesheet disabled href=/x.css>',
    '<link rel=icon href=/x.png>',
    '<script src="data:text/javascript,"></script>',
    '<a href="https://other.example/">x</a>',
  ]
  for (const html of ignored) {
    it(`passes over ${html}`, () => {
      expect(planned(html).map(show)).to.deep.equal([
        'style /assets/main.css',
        'script /assets/main.js',
      ])
    })
  }

  it('keeps preloads of fonts and images, and preconnects', () => {
    const head =
      '<link rel=preload as=font href=/f.woff2 crossorigin><link rel=preload as=image href=/h.png imagesrcset="/h2.png 2x">' +
      '<link rel=preconnect href=https://api.example/x>'
    expect(planned(head).map(show)).to.deep.equal([
      'connect https://api.example',
      'style /assets/main.css',
      'font /f.woff2',
      'script /assets/main.js',
      'image /h.png',
    ])
  })

  const shownFirst: [what: string, body: string, images: string[]][] = [
    ['the first image', '<img src=/a.png><img src=/b.png>', ['/a.png']],
    ['one relative to <base>', '<base href=/x/><img src=a.png>', ['/x/a.png']],
    ['not a lazy one', '<img src=/a.png loading=Lazy><img src=/b.png>', ['/b.png']],
    ['not one of low priority', '<img src=/a.png fetchpriority=low><img src=/b.png>', ['/b.png']],
    ['no icon', '<img src=/a.svg width=99 height=100><img src=/b.png>', ['/b.png']],
    ['one that is just no icon', '<img src=/a.svg width=100 height=100>', ['/a.svg']],
    ['no icon with one side', '<img src=/a.svg height=99><img src=/b.png>', ['/b.png']],
    ['no icon with units', '<img src=/a.svg width=32px><img src=/b.png>', ['/b.png']],
    ['one of a share of the page', '<img src=/a.svg width=50%>', ['/a.svg']],
    ['one with empty sides', '<img src=/a.svg width="" height="">', ['/a.svg']],
    ['an urgent one', '<img src=/a.png><img src=/b.png fetchpriority=High>', ['/b.png']],
    ['one of several urgent ones', '<img src=/a.png fetchpriority=high>'.repeat(2), ['/a.png']],
    ['a picture without a choice', '<picture><img src=/a.png></picture>', ['/a.png']],
    [
      'none where the browser chooses the first from sources',
      '<picture><source srcset=/a.avif><img src=/a.png></picture><img src=/b.png>',
      [],
    ],
    [
      'an urgent one after such a choice',
      '<picture><source srcset=/a.avif><img src=/a.png></picture><img src=/b.png fetchpriority=high>',
      ['/b.png'],
    ],
    ['one after a film', '<video><source src=/a.mp4></video><img src=/b.png>', ['/b.png']],
    ['none where the browser chooses its size', '<img src=/a.png srcset="/b.png 2x">', []],
    ['none where the first is inlined', '<img src="data:image/png,"><img src=/b.png>', []],
    ['none of a template', '<template><img src=/a.png></template>', []],
    ['one preloaded', '<link rel=preload as=image href=/a.png><img src=/a.png>', ['/a.png']],
    [
      'what is preloaded as urgent, and no guess',
      '<link rel=preload as=image href=/a.png fetchpriority=high><img src=/b.png>',
      ['/a.png'],
    ],
  ]
  for (const [what, body, images] of shownFirst) {
    it(`plans before the fonts ${what}`, () => {
      const assets = planned(`<link rel=preload as=font href=/f.woff2 crossorigin>${body}`)
      const shown = assets.slice(1, -2)
      expect(assets.at(-2)?.as).to.equal('font')
      expect(shown.map(({ url }) => url)).to.deep.equal(images)
      expect(shown.every(isUrgentImage)).to.equal(true)
    })
  }

  it('plans the image of a page with its crossorigin', () => {
    expect(page('<img src=/a.png crossorigin=use-credentials>').image).to.deep.equal(
      createAsset('/a.png', {
        fetchpriority: 'high',
        crossorigin: { tag: 'use-credentials' },
      }),
    )
  })

  const chosen: [what: string, body: string][] = [
    ['how far the page is scrolled', '<img src=/assets/listed.png loading=LAZY>'],
    ['the screen, by its density', '<img src=/a.png srcset="/a.png, /assets/listed.png 2x">'],
    ['the screen, where it is the default', '<img src=/assets/listed.png srcset="/a.png 2x">'],
    ['scripts, which are on', '<noscript><img src=/assets/listed.png></noscript>'],
    ['what is made of a template', '<template><img src=/assets/listed.png></template>'],
    [
      'the screen, over several lines',
      '<img srcset="/a.png 2x,\n /b.png,\n /assets/listed.png 3x">',
    ],
    ['the screen, by a source', '<picture><source srcset=/assets/listed.png><img></picture>'],
    [
      'the screen, behind a source',
      '<picture><source srcset=/a.png><img src=/assets/listed.png></picture>',
    ],
  ]
  for (const [what, body] of chosen) {
    it(`plans no image that hangs on ${what}`, () => {
      const { assets, inPage } = plan({}, { pages: [page(script + body)] })
      expect(assets.map(({ url }) => url)).not.to.include('/assets/listed.png')
      expect([...(inPage ?? [])]).not.to.include('/assets/listed.png')
    })
  }

  it('plans one of which there is only one size', () => {
    for (const srcset of ['', '/assets/listed.png 1x']) {
      const body = `<img src=/assets/listed.png srcset="${srcset}">`
      const { assets } = plan({}, { pages: [page(script + body)] })
      expect(assets.map(({ url }) => url)).to.include('/assets/listed.png')
    }
  })

  it('plans one further down with the crossorigin of its tag', () => {
    for (const crossorigin of ['anonymous', 'use-credentials'] as const) {
      const body = `<img src=/a.png><img src=/assets/listed.png crossorigin=${crossorigin}>`
      const { assets } = plan({}, { pages: [page(script + body)] })
      const listed = assets.find(({ url }) => url === '/assets/listed.png')
      expect(listed).to.deep.equal(
        createAsset('/assets/listed.png', { crossorigin: { tag: crossorigin } }),
      )
    }
  })

  it('does not prefetch one of those for what imports its chunk later', () => {
    const entry = { ...manifest['src/main.ts'], dynamicImports: ['src/later.ts'] }
    const later = { file: 'assets/later.js', imports: ['src/main.ts'] }
    const planner = createPlanner(readManifest({ 'src/main.ts': entry, 'src/later.ts': later }), {
      pages: [page(`${script}<img src=/assets/listed.png loading=lazy>`)],
    })
    expect(planner.planOf('src/main.ts').lazy.map(show)).to.deep.equal(['script /assets/later.js'])
  })

  it('takes of images only what all pages of an entry say', () => {
    const of = (...bodies: string[]) => {
      const pages = bodies.map((body, n) => page(script + body, `${n}.html`))
      const { assets, inPage } = plan({}, { pages })
      const listed = '/assets/listed.png'
      return [assets.some(({ url }) => url === listed), inPage?.has(listed)]
    }
    const [lazy, plain] = [
      '<img src=/assets/listed.png loading=lazy>',
      '<img src=/assets/listed.png>',
    ]
    expect(of(lazy, lazy)).to.deep.equal([false, false])
    expect(of(lazy, plain)).to.deep.equal([true, false])
    expect(of(lazy, '')).to.deep.equal([true, false])
    expect(of(plain, '')).to.deep.equal([true, false])
    expect(of(plain, plain)).to.deep.equal([true, true])
  })

  it('takes for named by the page only what all pages of an entry name', () => {
    const preload = '<link rel=preload as=image href=/assets/listed.png>'
    const named = (...bodies: string[]) => {
      const pages = bodies.map((body, n) => page(script + body, `${n}.html`))
      return [...(plan({}, { pages }).inPage ?? [])]
    }
    expect(named(preload, preload)).to.deep.equal(['/assets/main.js', '/assets/listed.png'])
    expect(named(preload, '')).to.deep.equal(['/assets/main.js'])
  })

  it('plans one of those that stands elsewhere, or in a stylesheet, for all', () => {
    const lazy = '<img src=/assets/listed.png loading=lazy>'
    const css = { '/assets/main.css': 'p { background: url(listed.png) }' }
    const urls = (body: string, files = {}) =>
      plan(files, { pages: [page(script + body)] }).assets.map(({ url }) => url)
    expect(urls(lazy)).not.to.include('/assets/listed.png')
    expect(urls(lazy, css)).to.include('/assets/listed.png')
    expect(urls(`${lazy}<img src=/assets/listed.png>`)).to.include('/assets/listed.png')
  })

  it('knows which of its assets the page itself names', () => {
    const body = '<img src=/a.png><img src=/unlisted.png><img src=/assets/listed.png>'
    const { inPage = [] } = plan({}, { pages: [page(script + body)] })
    expect([...inPage]).to.deep.equal(['/assets/main.js', '/a.png', '/assets/listed.png'])
    expect(plan({}, { pages: [] }).inPage).to.equal(undefined)
  })

  for (const tag of [
    '<link rel=icon href=/assets/listed.png>',
    '<link rel="apple-touch-icon" href=/assets/listed.png>',
    '<meta property=og:image content=/assets/listed.png>',
    '<svg><use href="/assets/listed.png#a"/></svg>',
    '<svg><use xlink:href="/assets/listed.png#a"/></svg>',
    '<object data=/assets/listed.png></object>',
    '<embed src=/assets/listed.png>',
  ]) {
    it(`passes over what the manifest lists because of ${tag}`, () => {
      const urls = (body: string) =>
        plan({}, { pages: [page(script + body)] }).assets.map(({ url }) => url)
      expect(urls(tag)).not.to.include('/assets/listed.png')
      for (const shown of ['<img src=/assets/listed.png>', '<video poster=/assets/listed.png>'])
        expect(urls(tag + shown), shown).to.include('/assets/listed.png')
    })
  }

  it('prefetches what a page prefetches itself', () => {
    const prefetch = '<link rel=prefetch href=/assets/later.js>'
    expect(plan({}, { pages: [page(script + prefetch)] }).lazy.map(({ url }) => url)).to.include(
      '/assets/later.js',
    )
  })

  it('plans of the files whose URL code asks for the stylesheets, unless they are for print', () => {
    const assets = ['assets/late.css', 'assets/print.css', 'assets/worklet.js']
    const listing = readManifest({ 'src/main.ts': { ...manifest['src/main.ts'], assets } })
    const print = '<link rel=stylesheet media=print href=/assets/print.css>'
    const planner = createPlanner(listing, { pages: [page(script + print)] })
    expect(planner.planOf('src/main.ts').assets.map(show)).to.deep.equal([
      'style /assets/main.css',
      'script /assets/main.js',
      'style /assets/late.css',
    ])
  })

  it('takes the query of a tag that gets its file past caches', () => {
    const html = `<link rel=stylesheet href=/assets/main.css?1a><script src=/assets/main.js?1a></script>`
    const pages = [page(`${html}<img src=/a.png>`, 'shop.html')]
    const planner = createPlanner(graph, { pages, readCss: () => undefined })
    expect(planner.planOf('src/main.ts').assets.slice(0, 3).map(show)).to.deep.equal([
      'style /assets/main.css?1a',
      'image /a.png',
      'font /assets/listed.woff2',
    ])
    expect(planner.planOf('src/main.ts').assets.map(show)).to.include('script /assets/main.js?1a')
    expect(planner.planOf('src/main.ts').assets.map(show)).to.not.include('script /assets/main.js')
    expect([...planner.pages]).to.deep.equal([['shop.html', 'src/main.ts']])
  })

  it('takes what stands below the root of a page for a file of the application, whatever the base', () => {
    const html =
      '<script src=/config.js></script><script src=https://cdn.example/app/main.js></script>'
    const { assets } = readPage({ path: 'index.html', html }, 'https://cdn.example/app/')
    expect(assets.map(({ url }) => url)).to.deep.equal([
      '/config.js',
      'https://cdn.example/app/main.js',
    ])
  })

  it('passes over what a film is made of', () => {
    const body = '<video><source src=/assets/listed.png></video>'
    const { assets } = plan({}, { pages: [page(script + body)] })
    expect(assets.map(({ url }) => url)).to.include('/assets/listed.png')
  })

  it('asks no page that is an entry itself what another shows, though it loads the same', () => {
    const chunk = { file: 'assets/main.js', isEntry: true, assets: ['assets/listed.png'] }
    const planner = createPlanner(readManifest({ 'a.html': chunk, 'b.html': chunk }), {
      pages: [
        page(`${script}<img src=/a.png><img src=/assets/listed.png>`, 'a.html'),
        page(script, 'b.html'),
      ],
    })
    const { assets, inPage = [] } = planner.planOf('a.html')
    expect(assets.filter(isUrgentImage).map(({ url }) => url)).to.deep.equal(['/a.png'])
    expect([...inPage]).to.include('/assets/listed.png')
  })

  it('plans no image that only some of the pages of an entry show', () => {
    const of = (...images: string[]) =>
      plan({}, { pages: images.map((src, n) => page(`${script}<img src=${src}>`, `${n}.html`)) })
        .assets.filter(isUrgentImage)
        .map(({ url }) => url)
    expect(of('/a.png', '/a.png')).to.deep.equal(['/a.png'])
    expect(of('/a.png', '/b.png')).to.deep.equal([])
  })

  it('does not take the priority of an image from another page', () => {
    const other = page(
      '<link rel=preload as=image href=/assets/listed.png fetchpriority=high>',
      'b.html',
    )
    const { assets } = plan({}, { pages: [page(script), other] })
    expect(assets.find(({ as }) => as === 'image')).to.deep.equal(createAsset('/assets/listed.png'))
  })

  it('tells stylesheets without an extension by their tag', () => {
    const assets = planned(
      '<link rel=stylesheet href="https://fonts.example/css2?family=Inter&amp;x=1">',
    )
    expect(assets.slice(0, 2).map(show)).to.deep.equal([
      'connect https://fonts.example',
      'style https://fonts.example/css2?family=Inter&x=1',
    ])
  })

  it('resolves references against the page and <base>', () => {
    const url = (html: string, path: string) => page(html, path).assets[0]?.url
    expect(url('<script src=../a.js></script>', 'x/y.html')).to.equal('/a.js')
    expect(url('<base href=/b/><script src=a.js></script>', 'x/y.html')).to.equal('/b/a.js')
    expect(url('<base href=//h/b/><script src=a.js></script>', 'y.html')).to.equal('//h/b/a.js')
  })

  it('marks the plan of a page with an import map', () => {
    const of = (html: string) => plan({}, { pages: [page(script + html)] })
    expect(of('<script type=importmap>{}</script>').importMap).to.equal(true)
    expect(of('')).not.to.have.property('importMap')
    expect(plan({}, { importMap: true }).importMap).to.equal(true)
  })

  it('makes an entry of each page where there is no manifest', () => {
    const pages = [page(script), page('<link rel=stylesheet href=a.css>', 'sub/b.html')]
    const built = readHtml(pages)
    expect(built.entries).to.deep.equal(['index.html', 'sub/b.html'])
    expect(createPlanner(built, { pages }).planOf('sub/b.html').assets.map(show)).to.deep.equal([
      'style /sub/a.css',
    ])
  })

  it('pageCrossorigin tells what the tags of a build have', () => {
    const vite4 = '<script crossorigin src=/a.js></script><link rel=stylesheet href=/a.css>'
    expect(pageCrossorigin([page(vite4)])).to.deep.equal({ style: false, script: 'anonymous' })
    expect(pageCrossorigin([page('')])).to.deep.equal({})
  })
})

describe('detectBase', () => {
  const none = () => undefined
  const baseOf = (...of: Parameters<typeof detectBase>) => atOnce(detectBase(...of))
  const pageWith = (src: string) => [
    readPage({ path: 'a.html', html: `<script src="${src}"></script>` }),
  ]

  it('finds the base in the built HTML, else in the CSS', () => {
    expect(baseOf(graph, pageWith('/x/y/assets/main.js'), none)).to.equal('/x/y/')
    expect(baseOf(graph, pageWith('https://c.example/assets/main.js'), none)).to.equal(
      'https://c.example/',
    )
    expect(baseOf(graph, pageWith('/x/assets/main.js?1a'), none)).to.equal('/x/')
    const named = readManifest({ entrypoints: { main: { assets: ['main.js?v=1a'] } } })
    expect(baseOf(named, pageWith('/x/main.js?v=1a'), none)).to.equal('/x/')
    const css = 'a { background: url(/z/assets/listed.png) }'
    expect(baseOf(graph, [], (url) => (url === '/assets/main.css' ? css : undefined))).to.equal(
      '/z/',
    )
  })

  it('finds none in CSS that is nested too deep to be read', () => {
    expect(baseOf(graph, [], () => 'a{'.repeat(100_000))).to.equal(undefined)
  })

  it('finds none where the URLs are whole, or of other files', () => {
    expect(baseOf(graph, pageWith('/assets/main.js'), none)).to.equal(undefined)
    expect(baseOf(graph, pageWith('/other.js'), () => 'a{}')).to.equal(undefined)
  })
})

describe('Planner.prepare', () => {
  const later = '@font-face { font-family: L; src: url(later.woff2) }'
  const sheets: Readonly<Record<string, string>> = {
    '/assets/main.css': '@import "more.css";',
    '/assets/more.css': '',
    '/assets/later.css': later,
  }

  /** Stylesheets read in each step. */
  const steps = () => {
    let read = 0
    const planner = createPlanner(graph, {
      readCss: (url) => {
        read += 1
        return sheets[url]
      },
    })
    const counts: number[] = []
    for (const _ of planner.prepare()) counts.push(read - counts.reduce((a, b) => a + b, 0))
    return { planner, counts, read: () => read }
  }

  it('reads at most one stylesheet in a step', () => {
    const { counts } = steps()
    expect(counts.filter((count) => count > 0)).to.deep.equal([1, 1, 1])
  })

  it('leaves nothing to read for the first to ask, whose plan is the same', () => {
    const { planner, read } = steps()
    const plan = planner.planOf('src/main.ts')
    expect(read()).to.equal(3)
    const asked = createPlanner(graph, { readCss: (url) => sheets[url] }).planOf('src/main.ts')
    expect(plan).to.deep.equal(asked)
  })

  it('does not change a plan that somebody was given meanwhile', () => {
    const planner = createPlanner(graph, { readCss: (url) => sheets[url] })
    const steps = planner.prepare()
    steps.next()
    const plan = planner.planOf('src/main.ts')
    for (const _ of steps);
    expect(planner.planOf('src/main.ts')).to.equal(plan)
  })
})

describe('Planner.modulesOf', () => {
  const modules = new Map([
    ['src/later.ts', ['/assets/later.js', '/assets/later.css', '/assets/x.png']],
    ['x', ['/x.css']],
  ])
  const { modulesOf } = createPlanner(graph, { modules })

  it('knows modules by the manifest and by the SSR manifest', () => {
    expect(modulesOf(['src/later.ts']).map(show)).to.deep.equal([
      'style /assets/later.css',
      'script /assets/later.js',
    ])
    expect(modulesOf(['x']).map(show)).to.deep.equal(['style /x.css'])
  })

  it('passes over ids that the build does not have', () => {
    expect(modulesOf(['nothing', '__proto__'])).to.deep.equal([])
  })
})
