import { loadBuild } from './packages/node/src/build-output.ts'
const f = (p: string) => `test/fixtures/${p}`
for (const m of ['vite8/dist/.vite/manifest.json','vite8-html/dist/.vite/manifest.json','vite7-html/dist/.vite/manifest.json','vite4-html/dist/manifest.json','vite8-circular/dist/.vite/manifest.json','vite8-nosplit/dist/.vite/manifest.json','vite8-legacy/dist/.vite/manifest.json','vite8-importmap/dist/.vite/manifest.json','webpack-manifest-plugin/dist/manifest.json','webpack-manifest-plugin/stats.json','webpack-assets-manifest/dist/assets-manifest.json','webpack-stats-map/stats.json','rspack/dist/manifest.json','rspack/stats.json','rsbuild/dist/manifest.json','esbuild/meta.json','parcel/dist/parcel-manifest.json','parcel/dist','vite8-html/dist/index.html']) {
  const b = loadBuild({ manifest: f(m) })
  console.log(`\n#### ${m} base=${b.base} entries=${b.entries}`)
  for (const e of b.entries) {
    const p = b.planOf(e)
    console.log(`-- ${e}`, p.importMap ? 'IMPORTMAP' : '')
    for (const a of p.assets) console.log('   ', a.rel, a.as, a.crossorigin ?? '', a.url)
    for (const a of p.lazy) console.log('    lazy', a.as, a.crossorigin ?? '', a.url)
  }
}
