import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { createCertificate } from '../examples/certificate.ts'
import { createShop } from '../examples/fastify/server.ts'
import { launches, openBrowser } from '../test/browser/browsers.ts'
import { createRelay } from './links/relay.ts'

/** When the shop's page is painted, in real browsers, over emulated links, with pushplan and without. */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rounds = Number(values.rounds)
const certificate = await createCertificate()

const OFF = { push: false, earlyHints: 'never', link: false, schedule: false } as const

const arms = ['nothing', 'hand 103', 'pushplan'] as const
type Arm = (typeof arms)[number]

/** The shop on one port, in one of the ways to deliver it. */
async function serve(arm: Arm): Promise<number> {
  const app = await createShop({ certificate, ...ARMS[arm].options })
  const { hints = '' } = ARMS[arm]
  app.addHook('onRequest', (request, _reply, done) => {
    const { url, raw } = request
    if (hints !== '' && !url.startsWith('/assets/') && 'stream' in raw)
      raw.stream.additionalHeaders({ ':status': 103, link: hints })
    done()
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

/** The plan as somebody would write it down by hand. */
async function linkOf(path: string): Promise<string> {
  const app = await createShop({ certificate })
  const { headers } = await app.inject({ url: path, headers: { accept: 'text/html' } })
  return String(headers.link).replaceAll('; nopush', '')
}

interface Way {
  readonly options: object
  /** Sent as a 103 with every page. */
  readonly hints?: string
}

const ARMS: Readonly<Record<Arm, Way>> = {
  nothing: { options: OFF },
  'hand 103': { options: OFF, hints: await linkOf('/slow') },
  pushplan: { options: {} },
}

interface Paints {
  readonly first: number
  readonly largest: number
}

/** One visit by somebody who was never here: times in ms after the request of the page. */
async function paintsOf(browser: Browser, url: string): Promise<Paints> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url, { waitUntil: 'networkidle' })
    return await page.evaluate<Paints>(READ_PAINTS)
  } finally {
    await context.close()
  }
}

/** Runs in the page. */
const READ_PAINTS = `(async () => {
  const entries = (type) => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true })
  })
  const [{ requestStart }] = performance.getEntriesByType('navigation')
  const first = (await entries('paint')).find(({ name }) => name === 'first-contentful-paint')
  const largest = (await entries('largest-contentful-paint')).at(-1)
  return { first: first.startTime - requestStart, largest: largest.startTime - requestStart }
})()`

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

async function measure(browser: Browser, path: string, mbit: number): Promise<string> {
  const link = { bitrate: mbit * 1e6, rtt: 100 }
  const samples = new Map<Arm, Paints[]>(arms.map((arm) => [arm, []]))
  const relays = await Promise.all(
    arms.map(async (arm) => ({ arm, relay: await createRelay(ports.get(arm) ?? 0, link) })),
  )
  for (let round = -1; round < rounds; round++) {
    for (const { arm, relay } of relays) {
      const paints = await paintsOf(browser, `https://localhost:${relay.port}${path}`)
      if (round >= 0) samples.get(arm)?.push(paints) // the first one warms up
    }
  }
  await Promise.all(relays.map(({ relay }) => relay.close()))
  const of = (arm: Arm, what: keyof Paints) =>
    median((samples.get(arm) ?? []).map((paints) => paints[what]))
  return arms
    .map((arm) => {
      const ratios = (['first', 'largest'] as const).map((what) =>
        (of(arm, what) / of('nothing', what)).toFixed(2),
      )
      return `${arm} ${ratios.join(' / ')}`.padEnd(24)
    })
    .join('')
}

const ports = new Map<Arm, number>()
for (const arm of arms) ports.set(arm, await serve(arm))
console.log(
  `first / largest contentful paint as multiples of nothing; 100 ms RTT, medians of ${rounds} rounds`,
)
for (const name of Object.keys(launches) as (keyof typeof launches)[]) {
  const { browser, close } = await openBrowser(name, certificate.cert)
  for (const path of ['/', '/slow'])
    for (const mbit of [1.6, 5, 50])
      console.log(`${name}, ${path}, ${mbit} Mbit/s`.padEnd(36), await measure(browser, path, mbit))
  await close()
}
process.exit()
