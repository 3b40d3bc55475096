import type { Asset } from '@pushplan/core'
import type { Site } from './site.js'

/** Assets asked for at a time, so that a large build does not crowd out the first visitors. */
const AT_ONCE = 8

/** Asks the application for every asset of the entries' plans, and warns of what it does not serve. */
export async function checkAssets(site: Site, entries: readonly string[]): Promise<void> {
  const assets = new Map<string, Asset>()
  for (const entry of entries)
    for (const asset of site.planOf(entry).assets) assets.set(asset.url, asset)
  const queue = [...assets.values()]
    .filter(({ url }) => url.startsWith('/') && !url.startsWith('//'))
    .values()
  const work = async () => {
    for (const asset of queue) await checkAsset(site, asset)
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
