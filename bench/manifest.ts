/**
 * Reads and plans synthetic manifests of growing size, does what a page request does with them, reads
 * hostile text of growing size, and has a server read a large build anew. Fails where the time per
 * chunk grows by more than 2 ×, that of a request by more than 10 %, that of text by more than its
 * size, or where the server stands still for much longer than parsing the manifest's JSON takes.
 */
import { createPlanner, readManifest, type ViteManifestChunk } from '@pushplan/core'
import { blocking } from './manifest/blocking.ts'
import { measure, median, spread, timed } from './manifest/measure.ts'
import { lookUp, lookUpAndDecide, requests } from './manifest/requests.ts'
import { TEXTS } from './manifest/texts.ts'

/**
 * Chunks, and how many of them are pages: powers of two, so that the hash tables of all sizes are
 * equally full. Names are equally long for the same reason: neither is what is measured.
 */
const SIZES = [
  { size: 100, pages: 8 },
  { size: 1_000, pages: 64 },
  { size: 10_000, pages: 512 },
]

const pad = (index: number) => String(index).padStart(5, '0')

/** Every so often a chunk is an entry that imports three of its neighbours, as pages of one site do. */
function manifestOf({ size, pages }: (typeof SIZES)[number]): Record<string, ViteManifestChunk> {
  const every = Math.floor(size / pages)
  const isEntry = (index: number) => index % every === 0 && index / every < pages
  const id = (index: number) =>
    isEntry(index % size) ? `pages/${pad(index % size)}/index.html` : `src/part-${index % size}.ts`
  const chunk = (index: number): [string, ViteManifestChunk] => [
    id(index),
    {
      file: `assets/part-${index}-8f3a91c2.js`,
      isEntry: isEntry(index),
      imports: isEntry(index) ? [1, 2, 3].map((step) => id(index + step)) : [],
      dynamicImports: isEntry(index) ? [id(index + 5)] : [],
      css: [`assets/part-${index}-1c77e0aa.css`],
      assets: [`assets/font-${index % 7}.woff2`, `assets/image-${index}.png`],
    },
  ]
  return Object.fromEntries(Array.from({ length: size }, (_, index) => chunk(index)))
}

function readAndPlan(json: unknown): void {
  const graph = readManifest(json)
  const planner = createPlanner(graph)
  for (const entry of graph.entries) planner.planOf(entry)
}

const failures: string[] = []
function check(what: string, value: number, limit: number): void {
  console.log(`${what}: ${value.toFixed(2)} (limit ${limit})`)
  if (!(value <= limit)) failures.push(what)
}

const manifests = SIZES.map(manifestOf)
const reads = measure(
  manifests.map((json, index) => {
    const size = SIZES[index]?.size ?? 1
    // As much work for each size, so that none is measured within the clock's own noise.
    const times = 10_000 / size
    return () =>
      timed(() => {
        for (let run = 0; run < times; run += 1) readAndPlan(json)
      }) /
      (times * size)
  }),
  15,
)
/** Each time with new hash tables, whose order is luck. */
const REPEATS = 10

/** What a request takes with the largest manifest for what it takes with the smallest. */
function growth(what: string, work: typeof lookUp): number {
  const ratios = Array.from({ length: REPEATS }, (_, repeat) => {
    // What V8 compiles first runs faster, so first and last take turns.
    const inOrder = <T>(list: readonly T[]) => (repeat % 2 === 0 ? [...list] : list.toReversed())
    const rounds = inOrder(manifests).map((json) => requests(json, work))
    const times = inOrder(measure(rounds, 21))
    const [small = [], large = []] = [times[0], times.at(-1)]
    const shown = times.map((own) => median(own).toFixed(0)).join(', ')
    console.log(`${what}: ${shown} ns with ${SIZES.map(({ size }) => size).join(', ')} chunks`)
    return median(large.map((time, round) => time / (small[round] ?? Number.NaN)))
  })
  return median(ratios)
}

for (const [index, { size }] of SIZES.entries()) {
  const read = median(reads[index] ?? []) * 1000
  console.log(`${String(size).padStart(6)} chunks: ${read.toFixed(2)} µs a chunk to read and plan`)
}
check('time per chunk, largest for smallest', spread(reads), 2)
check('time per lookup, largest for smallest', growth('lookup', lookUp), 1.1)
check('time per request, largest for smallest', growth('request', lookUpAndDecide), 1.1)

const TEXT_SIZES = [100_000, 400_000]
for (const [what, read] of Object.entries(TEXTS)) {
  const runs = TEXT_SIZES.map((size) => () => timed(() => void read(size)))
  const [small = [], large = []] = measure(runs, 5)
  // Four times the text may take four times as long, and half as much again for what a larger heap costs.
  check(`${what}, time for 4 × the text`, median(large) / Math.max(median(small), 0.5), 6)
}

const build = manifestOf({ size: 10_000, pages: 1_000 })
const pages = Object.keys(build).filter((key) => key.endsWith('.html'))
const { parse, start, turn } = await blocking(build, pages)
console.log(`a start takes ${(start / parse).toFixed(1)} × JSON.parse of the manifest, at once`)
check('longest turn of the event loop in a reload, for JSON.parse', turn / parse, 3)

if (failures.length > 0) {
  console.error(`not met: ${failures.join('; ')}`)
  process.exitCode = 1
}
