/**
 * Reads and plans synthetic manifests of growing size, and does what a page request does with them:
 * find the entry of its path, look up the plan, decide. Fails where the time per chunk grows by more
 * than 2 ×, or that of a request by more than 10 %.
 */
import {
  createPlanner,
  createRouter,
  decide,
  readManifest,
  type RequestFacts,
  resolveOptions,
  type ViteManifestChunk,
} from '@pushplan/core'

const SIZES = [100, 1_000, 10_000]
const REQUESTS = 20_000

/** Of ten chunks one is an entry that imports three of its neighbours, as pages of one site do. */
function manifestOf(size: number): Record<string, ViteManifestChunk> {
  const chunk = (index: number): [string, ViteManifestChunk] => {
    const id = `src/part-${index}.ts`
    const isEntry = index % 10 === 0
    const neighbours = [1, 2, 3].map((step) => `src/part-${(index + step) % size}.ts`)
    return [
      isEntry ? `pages/${index}/index.html` : id,
      {
        file: `assets/part-${index}-8f3a91c2.js`,
        isEntry,
        imports: index % 10 < 6 ? neighbours.filter((name) => name !== id) : [],
        dynamicImports: isEntry ? [`src/part-${(index + 9) % size}.ts`] : [],
        css: [`assets/part-${index}-1c77e0aa.css`],
        assets: [`assets/font-${index % 7}.woff2`, `assets/image-${index}.png`],
      },
    ]
  }
  return Object.fromEntries(Array.from({ length: size }, (_, index) => chunk(index)))
}

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function readAndPlan(json: unknown): void {
  const graph = readManifest(json)
  const planner = createPlanner(graph)
  for (const entry of graph.entries) planner.planOf(entry)
}

const facts: RequestFacts = {
  method: 'GET',
  path: '/',
  protocol: 'h2',
  origin: 'https://shop.example',
  pushSlots: Infinity,
  page: true,
  navigation: true,
  conditional: false,
  prefetch: false,
  saveData: false,
  pushDeclined: false,
  visit: 'first',
  held: () => false,
  supply: () => ({ state: 'ready', bytes: 1000 }),
}
const policy = resolveOptions({})

/** Ten paths are asked for in turn. Returns milliseconds a request. */
function requests(json: unknown): () => number {
  const graph = readManifest(json)
  const planner = createPlanner(graph)
  const entryOf = createRouter(graph.entries)
  const paths = graph.entries.slice(0, 10).map((entry) => `/${entry.replace('index.html', '')}`)
  for (const entry of graph.entries) planner.planOf(entry)
  let pushed = 0
  const ask = () => {
    for (let index = 0; index < REQUESTS; index += 1) {
      const path = paths[index % paths.length] ?? ''
      const entry = entryOf(path)
      if (entry === undefined) continue
      pushed += decide(planner.planOf(entry), { ...facts, path }, policy).push.length
    }
  }
  return () => {
    const time = timed(ask)
    if (pushed === 0) throw new Error('no path has a plan')
    return time / REQUESTS
  }
}

/** Sizes in turn within each round, so that what else the machine does hits all of them alike. */
function measure(runs: readonly (() => number)[], rounds: number): number[][] {
  const times: number[][] = runs.map(() => [])
  for (let round = -3; round < rounds; round += 1)
    for (const [index, run] of runs.entries()) {
      const time = run()
      if (round >= 0) times[index]?.push(time)
    }
  return times
}

const manifests = SIZES.map(manifestOf)
const reads = measure(
  manifests.map((json, index) => {
    const size = SIZES[index] ?? 1
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
const lookups = measure(manifests.map(requests), 41)

for (const [index, size] of SIZES.entries()) {
  const read = median(reads[index] ?? []) * 1000
  const ask = median(lookups[index] ?? []) * 1e6
  console.log(
    `${String(size).padStart(6)} chunks: ${read.toFixed(2)} µs a chunk to read and plan ` +
      `(${((read * size) / 1000).toFixed(1)} ms in all), ${ask.toFixed(0)} ns a request`,
  )
}
/** The medians of what each size takes for what the smallest takes in the same round, against each other. */
function spread(times: readonly (readonly number[])[]): number {
  const ratios = times.map((own) =>
    median(own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN))),
  )
  return Math.max(...ratios) / Math.min(...ratios)
}
console.log(`time per chunk: within ${spread(reads).toFixed(2)} × (limit 2)`)
console.log(`time per request: within ${spread(lookups).toFixed(2)} × (limit 1.10)`)
if (spread(reads) > 2 || spread(lookups) > 1.1) process.exitCode = 1
