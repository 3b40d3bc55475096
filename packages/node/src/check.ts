import { setImmediate } from 'node:timers/promises'
import type { Asset } from '@pushplan/core'
import type { Build } from './build-output.js'
import { asksForPage, type Request } from './facts.js'
import type { Site } from './site.js'
import { inTurns } from './steps.js'

/** Assets asked for at a time, so that a large build does not crowd out the first visitors. */
const AT_ONCE = 8

/** Milliseconds that a start-up or a page may wait for the check. */
const WARM_UP = 1000

export interface Check {
  run(): Promise<void>
  ready(): Promise<void>
  warmUp(request: Request): Promise<void> | undefined
}

/** The check of one build, which runs once. */
export function createCheck(site: Site, build: Build): Check {
  let running: Promise<void> | undefined
  let done = false
  const run = () => {
    running ??= checkAssets(site, build)
      .catch((error: unknown) => site.emit({ type: 'error', tier: 'plan', error }))
      .finally(() => (done = true))
    return running
  }
  const warmUp = (request: Request) => {
    if (done) return undefined
    const checked = run()
    return asksForPage(request) ? atMost(WARM_UP, checked) : undefined
  }
  return { run, ready: () => atMost(WARM_UP, run()), warmUp }
}

async function atMost(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([promise, late])
  clearTimeout(timer)
}

/** Asks the application for every asset of the entries' plans, and warns of what it does not serve. */
async function checkAssets(site: Site, build: Build): Promise<void> {
  await inTurns(build.prepare())
  const assets = new Map<string, Asset>()
  for (const entry of build.entries)
    for (const asset of build.planOf(entry).assets) assets.set(asset.url, asset)
  const queue = [...assets.values()]
    .filter(({ url }) => url.startsWith('/') && !url.startsWith('//'))
    .values()
  const work = async () => {
    for (const asset of queue) {
      await checkAsset(site, asset)
      // What is answered in memory at once never lets the event loop turn by itself.
      await setImmediate()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function checkAsset({ source, emit, settings }: Site, asset: Asset): Promise<void> {
  const anyone = { origin: '', acceptEncoding: '' }
  const found = await source.answer(asset, anyone).then(
    ({ status }) => `answers ${status}`,
    (error: unknown) => `fails (${String(error)})`,
  )
  const supply = source.supply(asset, anyone)
  if (supply.state === 'missing') {
    emit({
      type: 'warning',
      code: 'PUSHPLAN_ASSET_MISSING',
      message:
        `The application ${found} for ${asset.url}, which the manifest lists, so it is neither pushed nor ` +
        `hinted. Serve the build there, or set the option "base" (now "${settings.base}") to where it is served.`,
      asset,
    })
  } else if (supply.state === 'unpushable') {
    emit({
      type: 'warning',
      code: 'PUSHPLAN_ASSET_UNPUSHABLE',
      message:
        `${asset.url} is hinted but never pushed: ${supply.why} (the application ${found}). ` +
        'A pushed answer must be 200, cacheable, and the same for every client.',
      asset,
    })
  }
}
