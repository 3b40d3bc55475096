import { readFile } from 'node:fs/promises'
import {
  type Asset,
  createPlan,
  isUrgentImage,
  type Plan,
  readManifest,
  readPage,
  type Tier,
} from '@pushplan/core'
import type { PushplanEvent } from '@pushplan/node'
import { type Client, type Observation, play } from './clients.ts'
import type { Scenario } from './scenarios.ts'

const dist = new URL('../shop/dist/', import.meta.url)

/** Made from the built files anew: nothing of what the servers have loaded is trusted. */
export async function readPlan(entry: string): Promise<Plan> {
  const read = (path: string) => readFile(new URL(path, dist), 'utf8')
  const page = readPage({ path: entry, html: await read(entry) })
  const graph = readManifest(JSON.parse(await read('.vite/manifest.json')))
  return createPlan(graph, entry, { pageOf: () => page })
}

/** Where what a client observed is not what the plan says. */
export function differences(scenario: Scenario, plan: Plan, seen: Observation): string[] {
  const status = seen.status === 200 ? [] : [`status ${seen.status} instead of 200`]
  const tiers = (['push', 'early-hints', 'link'] as const).flatMap((tier) =>
    compare(tier, wanted(tier, scenario, plan), seen),
  )
  return [...status, ...tiers]
}

/** What is pushed is all of the plan: nothing is left for a 103, and `Link` has what the page's tags do not name. */
function wanted(tier: Tier, { carried }: Scenario, { assets, inPage }: Plan): string[] {
  if (!carried.includes(tier)) return []
  const claimed = (asset: Asset) => inPage?.has(asset.url) === true && !isUrgentImage(asset)
  const both = tier === 'link' && carried.includes('push')
  return assets.filter((asset) => !both || !claimed(asset)).map(({ url }) => url)
}

function compare(tier: Tier, wanted: readonly string[], { arrivals }: Observation): string[] {
  const got = arrivals.filter((arrival) => arrival.tier === tier).map(({ url }) => url)
  if (got.join(' ') === wanted.join(' ')) return []
  return [`${tier}: expected [${wanted.join(', ')}], got [${got.join(', ')}]`]
}

/** A push must be what the client would have got by asking. */
export async function differingPushes(
  origin: string,
  client: Client,
  { arrivals }: Observation,
): Promise<string[]> {
  const found: string[] = []
  for (const { url, body } of arrivals.filter(({ tier }) => tier === 'push')) {
    const asked = await play(new URL(url, origin), { ...client, push: false, headers: {} })
    const same = asked.status === 200 && body !== undefined && asked.body.equals(body)
    if (!same) found.push(`push: the body of ${url} is not what a GET of it answers`)
  }
  return found
}

/** Warnings and failures are exceptional, and the demo's application gives no cause for them. */
export function complaints(events: readonly PushplanEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'error') return [`${event.tier} failed: ${String(event.error)}`]
    return event.type === 'warning' ? [`warning: ${event.message}`] : []
  })
}
