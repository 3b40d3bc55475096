import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALL_ASSETS, ASSETS, type Cell, PAGES } from './page.ts'

/** Each asset size is an entry of its own, named after its page. */
export const ENTRIES: Record<Cell['assets'], string> = {
  '65 KB': 'small.html',
  '1 MB': 'large.html',
}

/** Writes what Vite would have built of the bench's pages; returns the folder. */
export function writeBuild(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pushplan-links-'))
  for (const name of ['assets', '.vite']) mkdirSync(join(folder, name))
  for (const { path, body } of ALL_ASSETS.values()) writeFileSync(join(folder, path), body)
  for (const size of ['65 KB', '1 MB'] as const)
    writeFileSync(join(folder, ENTRIES[size]), PAGES[size])
  writeFileSync(join(folder, '.vite', 'manifest.json'), JSON.stringify(manifest()))
  return folder
}

function manifest() {
  const files = ASSETS['1 MB'].map(({ path }) => path.slice(1))
  const [css, font, file, imported, ...images] = files
  const entry = { file, isEntry: true, imports: ['_vendor.js'], css: [css] }
  return {
    '_vendor.js': { file: imported },
    [ENTRIES['65 KB']]: { ...entry, assets: [font] },
    [ENTRIES['1 MB']]: { ...entry, assets: [font, ...images] },
  }
}
