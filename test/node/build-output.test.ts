import { expect } from 'chai'
import { once } from 'node:events'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Asset, PushplanError } from '@pushplan/core'
import {
  createPushplan,
  type Pushplan,
  type PushplanEvent,
  type PushplanOptions,
} from '@pushplan/node'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const host = { handler: () => {}, warn: () => {} }
const urls = (assets: readonly Asset[]) => assets.map(({ url }) => url)

describe('createPushplan', () => {
  let folder: string
  const opened: Pushplan[] = []
  const create = (options: PushplanOptions): Pushplan => {
    const pushplan = createPushplan(options, host)
    opened.push(pushplan)
    return pushplan
  }
  const file = async (path: string, text: string): Promise<string> => {
    const full = join(folder, path)
    await mkdir(join(full, '..'), { recursive: true })
    await writeFile(full, text)
    return full
  }
  const manifest = (name: string) =>
    JSON.stringify({ 'src/main.ts': { file: `${name}.js`, isEntry: true, css: [`${name}.css`] } })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pushplan-'))
  })
  afterEach(async () => {
    for (const pushplan of opened.splice(0)) pushplan.close()
    await rm(folder, { recursive: true })
  })

  describe('root', () => {
    it('finds the built files from the manifest in .vite, beside them, and in dist', async () => {
      await file('dist/a.css', '@font-face { font-family: A; src: url(a.woff2) }')
      for (const path of ['dist/.vite/manifest.json', 'dist/manifest.json', 'meta.json']) {
        const { planOf } = create({ manifest: await file(path, manifest('a')) })
        expect(urls(planOf('src/main.ts').assets)).to.include('/a.woff2')
      }
    })

    it('says where they are for a parsed manifest', async () => {
      await file('built/a.css', '@font-face { font-family: A; src: url(a.woff2) }')
      const parsed: object = JSON.parse(manifest('a'))
      const { planOf } = create({ manifest: parsed, root: join(folder, 'built') })
      expect(urls(planOf('src/main.ts').assets)).to.include('/a.woff2')
      expect(urls(create({ manifest: parsed }).planOf('src/main.ts').assets)).not.to.include(
        '/a.woff2',
      )
    })

    it('is refused where none of the files lies there, with a file that was looked for', () => {
      expect(() => create({ manifest: JSON.parse(manifest('a')), root: folder }))
        .to.throw(
          PushplanError,
          /Option "root" can't be ".*none of the manifest's files.*\/a\.css.*leave it out/,
        )
        .with.property('code', 'PUSHPLAN_OPTION_INVALID')
    })

    it('is never left, whatever the manifest names', async () => {
      await file('secret.css', '@font-face { font-family: A; src: url(secret.woff2) }')
      await file('dist/a.js', '')
      const css = ['../secret.css', '%2e%2e/secret.css', '..%2Fsecret.css', '%00', '%E0%A4%A']
      const json = JSON.stringify({ a: { file: 'a.js', isEntry: true, css } })
      const { planOf } = create({ manifest: await file('dist/manifest.json', json) })
      expect(urls(planOf('a').assets).join(' ')).not.to.include('woff2')
    })
  })

  it('serves the page of a build with one entry, other routes or none', async () => {
    await file('dist/a.js', '')
    await file('dist/index.html', '<script type=module src=/a.js></script>')
    const path = await file('dist/manifest.json', manifest('a'))
    const pushplan = create({ manifest: path, routes: { '/health': false } })
    expect(deliver(pushplan, '/', () => {})).to.include('/a.js')
    expect(deliver(pushplan, '/health', () => {})).to.deep.equal([])
  })

  it('base goes before what the built HTML says', () => {
    const path = join(fixtures, 'vite8-html/dist/.vite/manifest.json')
    const first = (options: Partial<PushplanOptions>) =>
      create({ manifest: path, ...options }).planOf('index.html').assets[0]?.url
    expect(first({})).to.match(/^\/static\/assets\//)
    expect(first({ base: 'https://cdn.example/' })).to.equal('https://cdn.example')
  })

  it('crossorigin goes before what the built HTML says', () => {
    const path = join(fixtures, 'vite4-html/dist/manifest.json')
    const { planOf } = create({ manifest: path, crossorigin: { style: 'anonymous' } })
    const { assets, lazy } = planOf('index.html')
    for (const list of [assets, lazy])
      expect(list.find(({ as }) => as === 'style')?.crossorigin).to.equal('anonymous')
  })

  it('takes a built page, and a folder of them, where there is no manifest', () => {
    const dist = join(fixtures, 'parcel/dist')
    const page = create({ manifest: join(dist, 'nested/page.html'), root: dist })
    expect(urls(page.planOf('nested/page.html').assets)[0]).to.equal('/static/page.d24f8148.css')
    expect(urls(create({ manifest: dist }).planOf('index.html').assets)[0]).to.equal(
      '/static/pcapp.12c12bec.css',
    )
  })

  it('serves the pages of the build below the base that was found', () => {
    const events: PushplanEvent[] = []
    const pushplan = create({
      manifest: join(fixtures, 'vite8-html/dist/.vite/manifest.json'),
      onDelivery: (event) => events.push(event),
    })
    deliver(pushplan, '/static/nested/page.html', () => {})
    expect(events).to.have.nested.property('[0].entry', 'nested/page.html')
  })

  it('serves the pages that load an entry by their paths, whatever the entry is called', () => {
    const pushplan = create({ manifest: join(fixtures, 'rsbuild/dist/manifest.json') })
    const first = (path: string) => deliver(pushplan, path, () => {})[0]
    expect(first('/admin.html')).to.equal('/static/static/css/admin.633a4a2079.css')
    expect(first('/static/main')).to.equal('/static/static/css/main.3a058331b5.css')
    expect(first('/elsewhere')).to.equal(undefined)
  })

  describe('modules', () => {
    const dist = join(fixtures, 'vite8-html/dist/.vite/manifest.json')

    it('adds what a render used, by the SSR manifest beside the manifest, each once', () => {
      const links = deliver(create({ manifest: dist }), '/', (page) =>
        page.modules(['src/lazy.js', 'src/lazy-dep.js', 'src/main.js', 'unknown']),
      )
      expect(links.slice(8)).to.deep.equal([
        '/static/assets/lazy-dep-DhXyKv6w.css',
        '/static/assets/lazy-BrI12I5k.css',
        '/static/assets/lazy-dep-DSajiuGG.js',
        '/static/assets/lazy-Bmro29M9.js',
        '/static/assets/lazy-bg-BKRE_QME.png',
      ])
      expect(new Set(links).size).to.equal(links.length)
    })

    it('is all there is on a page that belongs to no entry', () => {
      const links = deliver(create({ manifest: dist }), '/elsewhere', (page) =>
        page.modules(['src/lazy-admin.js']),
      )
      expect(links).to.deep.equal([
        '/static/assets/lazy-dep-DhXyKv6w.css',
        '/static/assets/lazy-dep-DSajiuGG.js',
        '/static/assets/lazy-admin-BDR1MY-E.js',
      ])
    })
  })

  it('prefetch links what dynamic imports load, last', () => {
    const shop = join(fixtures, 'vite8-shop/dist/.vite/manifest.json')
    const links = (prefetch: boolean) =>
      deliver(create({ manifest: shop, prefetch }), '/', () => {})
    expect(links(true)).to.deep.equal([
      ...links(false),
      '/assets/cart-o5BAhKbT.css',
      '/assets/cart-Dl4Eqnm6.js',
    ])
  })

  it('keeps modules out of Link where the build has an import map', () => {
    const links = deliver(
      create({ manifest: join(fixtures, 'parcel/dist/parcel-manifest.json') }),
      '/',
      () => {},
    )
    expect(links).to.deep.equal([
      '/static/pcapp.12c12bec.css',
      '/static/inter-regular.bd5f5661.woff2',
      '/static/hero.30f6db87.png',
      '/static/tiny.fa11342f.png',
      '/static/shared-bg.9bc1dfcb.png',
    ])
  })

  describe('watch', () => {
    /** Pushplan on a watched file, and its next event of a type. */
    const watched = async (path: string) => {
      const events: PushplanEvent[] = []
      let heard = () => {}
      const onDelivery = (event: PushplanEvent) => {
        events.push(event)
        heard()
      }
      const pushplan = create({ manifest: path, watch: true, onDelivery })
      const next = async (type: PushplanEvent['type']): Promise<PushplanEvent> => {
        for (;;) {
          const found = events.find((event) => event.type === type)
          if (found !== undefined)
            return events.splice(0, events.indexOf(found) + 1).at(-1) ?? found
          await new Promise<void>((resolve) => (heard = resolve))
        }
      }
      return { ...pushplan, next }
    }

    it('makes plans from the new build when the manifest has changed', async () => {
      const path = await file('dist/.vite/manifest.json', manifest('one'))
      const { planOf, next } = await watched(path)
      const before = planOf('src/main.ts')
      await writeFile(path, manifest('two'))
      expect(await next('reload')).to.deep.equal({
        type: 'reload',
        manifest: path,
        entries: ['src/main.ts'],
      })
      expect(urls(planOf('src/main.ts').assets)).to.deep.equal(['/two.css', '/two.js'])
      expect(urls(before.assets)).to.deep.equal(['/one.css', '/one.js'])
    })

    it('serves between the steps of a reload, from the old build until the new one is read', async () => {
      const records = (name: string) =>
        JSON.stringify(
          Object.fromEntries(
            Array.from({ length: 20_000 }, (_, index) => [
              `${index}.html`,
              { file: `${name}-${index}.js`, isEntry: true },
            ]),
          ),
        )
      const path = await file('manifest.json', records('old'))
      const { planOf, next } = await watched(path)
      await writeFile(path, records('new'))
      const first = () => urls(planOf('7.html').assets)
      const seen = new Set<string>()
      while (!seen.has('/new-7.js')) {
        for (const url of first()) seen.add(url)
        await setImmediate()
      }
      expect([...seen]).to.deep.equal(['/old-7.js', '/new-7.js'])
      await next('reload')
    })

    it('reads nothing any more when it is closed', async () => {
      const path = await file('manifest.json', manifest('one'))
      const closed = await watched(path)
      const other = await watched(path)
      closed.close()
      for (const name of ['two', 'three']) {
        await writeFile(path, manifest(name))
        await other.next('reload')
      }
      expect(urls(closed.planOf('src/main.ts').assets)).to.deep.equal(['/one.css', '/one.js'])
    })

    it('sees a folder that is deleted and built anew', async () => {
      const path = await file('dist/.vite/manifest.json', manifest('one'))
      const { planOf, next } = await watched(path)
      await rm(join(folder, 'dist'), { recursive: true })
      await file('dist/.vite/manifest.json', manifest('two'))
      await next('reload')
      expect(urls(planOf('src/main.ts').assets)).to.deep.equal(['/two.css', '/two.js'])
    })

    it('keeps the last good plans while the manifest is broken, and says what is', async () => {
      const path = await file('manifest.json', manifest('one'))
      const { planOf, next } = await watched(path)
      await writeFile(path, manifest('two').slice(0, 20))
      const failure = await next('error')
      expect(failure).to.have.property('tier', 'plan')
      expect(failure).to.have.nested.property('error.code', 'PUSHPLAN_MANIFEST_INVALID')
      expect(urls(planOf('src/main.ts').assets)).to.deep.equal(['/one.css', '/one.js'])
      await writeFile(path, manifest('two'))
      await next('reload')
      expect(urls(planOf('src/main.ts').assets)).to.deep.equal(['/two.css', '/two.js'])
    })

    it('keeps the last good plans where a route has lost its entry', async () => {
      const path = await file('manifest.json', manifest('one'))
      const events: PushplanEvent[] = []
      const failed = new Promise<void>((resolve) => {
        create({
          manifest: path,
          watch: true,
          routes: { '/': 'src/main.ts' },
          onDelivery: (event) => {
            events.push(event)
            resolve()
          },
        })
      })
      await writeFile(path, manifest('two').replace('src/main.ts', 'src/other.ts'))
      await failed
      expect(events).to.have.nested.property('[0].error.code', 'PUSHPLAN_ENTRY_UNKNOWN')
    })

    it('is refused for a parsed manifest', () => {
      expect(() => create({ manifest: JSON.parse(manifest('a')), watch: true })).to.throw(
        PushplanError,
        /Option "watch" can't be true.*Give the manifest's path/,
      )
    })

    it('reloads in each of many processes, and keeps none of them alive', async () => {
      await cp(join(fixtures, 'vite8-shop/dist'), join(folder, 'dist'), { recursive: true })
      const path = join(folder, 'dist/.vite/manifest.json')
      const worker = fileURLToPath(new URL('../support/watcher.ts', import.meta.url))
      const run = (mode: string) => {
        const started = promisify(execFile)(process.execPath, [
          '--import',
          'tsx',
          worker,
          path,
          mode,
        ])
        return { ready: once(started.child.stdout!, 'data'), ended: started }
      }
      const idle = run('idle')
      const workers = [run('wait'), run('wait')]
      await Promise.all([idle, ...workers].map(({ ready }) => ready))
      await writeFile(
        path,
        (await readFile(path, 'utf8')).replaceAll('index-B28kJwYm', 'index-changed'),
      )
      for (const { ended } of workers)
        expect((await ended).stdout).to.contain('/assets/index-changed.js')
      expect((await idle.ended).stdout.trim()).to.equal('watching')
    }).timeout(30_000)
  })
})

/** The URLs of the `Link` header on a page of `path` whose handler does `work`. */
function deliver(
  pushplan: Pushplan,
  path: string,
  work: (page: ReturnType<Pushplan['begin']>) => void,
): string[] {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, {
    method: 'GET',
    url: path,
    headers: { accept: 'text/html', host: 'localhost' },
  })
  const page = pushplan.begin({ request, response: new ServerResponse(request) })
  work(page)
  const links: string[] = []
  page.settle({
    status: 200,
    get: (name) => (name === 'content-type' ? 'text/html' : undefined),
    append: (name, value) => void (name === 'link' && links.push(value)),
  })
  return [...links.join().matchAll(/<([^>]*)>/g)].flatMap(([, url = '']) =>
    url.includes('//') ? [] : url,
  )
}
