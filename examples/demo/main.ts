import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type { PushplanEvent, PushplanOptions } from '@pushplan/node'
import { type Certificate, createCertificate } from '../certificate.ts'
import { createShop as createExpressShop } from '../express/server.ts'
import { createShop as createFastifyShop } from '../fastify/server.ts'
import { type Client, play } from './clients.ts'
import { complaints, differences, differingPushes, readPlan } from './expectations.ts'
import { type Act, type Performance, printAct, printIntro, printSummary } from './report.ts'
import { type Scenario, scenarios } from './scenarios.ts'

interface Shop {
  readonly origin: string
  close(): Promise<void>
}

type Options = Pick<PushplanOptions, 'onDelivery'> & { readonly certificate: Certificate }

/** The same shop on each framework, side by side. */
const servers: readonly { framework: string; start: (options: Options) => Promise<Shop> }[] = [
  { framework: 'Fastify', start: startFastify },
  { framework: 'Express', start: startExpress },
]

async function startFastify(options: Options): Promise<Shop> {
  const app = await createFastifyShop(options)
  const address = await app.listen({ port: 0 })
  return { origin: `https://localhost:${new URL(address).port}`, close: () => app.close() }
}

async function startExpress(options: Options): Promise<Shop> {
  const server = createExpressShop(options).listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { origin: `https://localhost:${port}`, close: promisify(server.close.bind(server)) }
}

/** Plays all scenarios in turn, since one returns with the cookie of the one before. */
async function perform(server: (typeof servers)[number], certificate: Certificate) {
  const events: PushplanEvent[] = []
  const shop = await server.start({ certificate, onDelivery: (event) => events.push(event) })
  await rehearse(shop.origin, certificate.cert)
  const performances: Performance[] = []
  let cookie: string | undefined
  for (const scenario of scenarios) {
    const client = clientOf(scenario, certificate.cert, cookie)
    const seen = await play(new URL(scenario.path, shop.origin), client)
    cookie = seen.cookie
    const noted = events.splice(0)
    const problems = [
      ...complaints(noted),
      ...differences(scenario, await readPlan(scenario.entry), seen),
      ...(await differingPushes(shop.origin, client, seen)),
    ]
    performances.push({ framework: server.framework, seen, reasons: reasonsIn(noted), problems })
  }
  await shop.close()
  return performances
}

/** The first visitors of a process wait for code to be compiled and files to be read, which is nothing to show. */
async function rehearse(origin: string, ca: string): Promise<void> {
  for (const { path, client } of scenarios) await play(new URL(path, origin), { ...client, ca })
}

function clientOf({ client, returns }: Scenario, ca: string, cookie: string | undefined): Client {
  const headers = { ...client.headers, ...(returns && cookie !== undefined && { cookie }) }
  return { ...client, ca, headers }
}

/** What is no page request has no delivery at all. */
function reasonsIn(events: readonly PushplanEvent[]) {
  const delivery = events.findLast((event) => event.type === 'delivery')
  return delivery?.reasons ?? [{ tier: 'link', code: 'not-a-page' } as const]
}

const certificate = await createCertificate()
const runs: Performance[][] = []
for (const server of servers) runs.push(await perform(server, certificate))

const acts: Act[] = []
for (const [index, scenario] of scenarios.entries()) {
  const performances = runs.flatMap((run) => run[index] ?? [])
  acts.push({ scenario, plan: await readPlan(scenario.entry), performances })
}

printIntro()
for (const [index, act] of acts.entries()) printAct(act, index + 1)
printSummary(acts)
const failed = acts.some((act) => act.performances.some(({ problems }) => problems.length > 0))
process.exitCode = failed ? 1 : 0
