/** Text of any size that readers by string could take more than linear time for. */
import { createPlan, createPlanner, readHtml, readManifest, readPage } from '@pushplan/core'

type Read = (size: number) => unknown

const fill = (part: string, size: number) => part.repeat(Math.ceil(size / part.length))

function html(text: string) {
  const pages = [readPage({ path: 'index.html', html: text })]
  return createPlanner(readHtml(pages), { pages }).planOf('index.html')
}

function css(text: string) {
  const pages = [readPage({ path: 'a.html', html: '<link rel=stylesheet href=/a.css>' })]
  const readCss = (url: string) => (url === '/a.css' ? text : undefined)
  return createPlanner(readHtml(pages), { pages, readCss }).planOf('a.html')
}

/** A manifest with one name that is all of `size`. */
function name(text: string) {
  const graph = readManifest({ 'main.js': `/m.js`, 'a.js': text, entrypoints: { a: [text] } })
  for (const entry of graph.entries) createPlan(graph, entry)
  const vite = readManifest({ [text]: { file: text, isEntry: true, css: [text] } })
  for (const entry of vite.entries) createPlan(vite, entry)
  const stats = { publicPath: '/', entrypoints: { a: { assets: [text] } } }
  createPlan(readManifest(stats), 'a')
  readManifest({ inputs: {}, outputs: { [`${text}b.js`]: {}, [`${text}c.js`]: {} } })
}

const face = (more: string) => `@font-face{font-family:a;src:url(a.woff2);${more}}`

export const TEXTS: Readonly<Record<string, Read>> = {
  'html: tags': (size) => html(fill('<script src=a.js></script><link rel=preload as=font>', size)),
  'html: nested tags': (size) => html(fill('<template><div>', size)),
  'html: tags that do not end': (size) => html(fill('<link rel=stylesheet href="', size)),
  'html: one attribute': (size) => html(`<link rel="${fill('preload ', size)}" href=a.css>`),
  'html: one URL of slashes': (size) => html(`<script src="${fill('/a', size)}"></script>`),
  'html: comments': (size) => html(fill('<!-', size)),
  'css: rules': (size) => css(fill('a{color:red;background:url(a.png)}', size)),
  'css: imports': (size) => css(fill('@import "b.css";', size)),
  'css: nested rules': (size) => css(fill('a{', size)),
  'css: nested conditions': (size) => css(fill('@media screen{', size)),
  'css: nested parentheses': (size) => css(`a{b:${fill('(', size)}`),
  'css: braces that only close': (size) => css(fill('}])', size)),
  'css: one value of images': (size) => css(`a{background:${fill('url(a.png),', size)}none}`),
  'css: one inlined image': (size) => css(`a{background:url("data:image/png;${fill('A', size)}")}`),
  'css: one inlined font': (size) =>
    css(`@font-face{src:url("data:font/${fill('woff', size)}"),url(a.woff2)}`),
  'css: faces': (size) => css(fill(face('font-weight:700'), size)),
  'css: one range of all characters': (size) =>
    css(face(`unicode-range:${fill('U+0-10FFFF,', size)}U+0`)),
  'css: strings that do not end': (size) => css(fill('a{b:"\n', size)),
  'css: comments that do not end': (size) => css(fill('/*', size)),
  'css: backslashes': (size) => css(`a{b:url(${fill('\\', size)})}`),
  'name: hot updates': (size) => name(fill('.hot-update.', size)),
  'name: slashes': (size) => name(fill('/', size)),
  'name: folders': (size) => name(fill('a/', size)),
  'name: queries': (size) => name(`${fill('.js?', size)}\n`),
  'name: legacy': (size) => name(fill('-legacy.', size)),
  'name: hashes': (size) => name(fill('-0123456789', size)),
  'name: surrogates': (size) => name(fill('\ud800%é ', size)),
  'name: public path': (size) =>
    readManifest({ publicPath: `${fill('/', size)}a`, entrypoints: { a: { assets: ['a.js'] } } }),
}
