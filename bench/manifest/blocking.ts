/** How long the event loop stands still while a server reads a new build of 10,000 chunks and 1,000 pages. */
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createPushplan } from '@pushplan/node'
import { median, timed } from './measure.ts'

const RELOADS = 7
const BODY = '<section class="card"><h2>Title</h2><p>Some words of a page</p></section>'.repeat(60)

async function writeBuild(root: string, manifest: unknown, pages: readonly string[]) {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  for (const [index, page] of pages.entries()) {
    const script = `<script type="module" crossorigin src="/assets/part-${index}-8f3a91c2.js"></script>`
    await write(page, `<!doctype html><head>${script}</head><body>${BODY}</body>`)
    await write(`assets/part-${index}-1c77e0aa.css`, '.a{color:red;background:#fff}'.repeat(100))
  }
  await write('manifest.json', JSON.stringify(manifest))
}

/** Milliseconds of the longest turn of the event loop until `end`. */
async function longestTurn(end: Promise<unknown>): Promise<number> {
  let [last, longest, running] = [performance.now(), 0, true]
  const tick = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (running) setImmediate(tick)
  }
  setImmediate(tick)
  await end
  running = false
  return longest
}

/** Returns what a step of a reload takes at most, for what the manifest's own JSON.parse takes. */
export async function blocking(manifest: unknown, pages: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'pushplan-bench-'))
  await writeBuild(root, manifest, pages)
  const path = join(root, 'manifest.json')
  const heard = new EventEmitter()
  const create = () =>
    createPushplan(
      { manifest: path, watch: true, onDelivery: ({ type }) => heard.emit(type) },
      { handler: (_request, response) => response.end(), warn: () => {} },
    )
  const starts = [0, 1, 2].map(() => timed(() => create().close()))
  const pushplan = create()
  const text = await readFile(path, 'utf8')
  const parses = Array.from({ length: 15 }, () => timed(() => JSON.parse(text)))
  const turns: number[] = []
  for (let index = 0; index < RELOADS; index += 1) {
    await writeFile(path, `${text}${' '.repeat(index + 1)}`)
    turns.push(await longestTurn(once(heard, 'reload')))
  }
  pushplan.close()
  await rm(root, { recursive: true })
  return { parse: median(parses), start: median(starts), turn: median(turns) }
}
