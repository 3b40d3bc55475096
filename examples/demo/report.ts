import type { Plan, Reason, Tier } from '@pushplan/core'
import Table from 'cli-table3'
import colors from 'picocolors'
import type { Arrival, Observation } from './clients.ts'
import type { Scenario } from './scenarios.ts'
import { because, reasonWords, shortWords, tierWords } from './words.ts'

/** One scenario as one framework served it. */
export interface Performance {
  readonly framework: string
  readonly seen: Observation
  readonly reasons: readonly Reason[]
  readonly problems: readonly string[]
}

export interface Act {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly performances: readonly Performance[]
}

const TIERS = ['push', 'early-hints', 'link'] as const
const paint = { push: colors.green, 'early-hints': colors.cyan, link: colors.yellow }

export function printIntro(): void {
  console.log(`
${colors.bold('pushplan')} reads the manifest that the bundler wrote (here: Vite's), so it knows which files a page
will need before the page's handler has run, and gets them under way one round trip earlier: pushed
over HTTP/2 on a first visit, announced in a 103 Early Hints response or in the Link header
everywhere else. Five clients now open a shop over TLS on this machine. The tables show what told
them of each file first, and when: in milliseconds after the last byte of the answer, with a minus
before it. What is pushed has come whole by then; what is announced can be asked for from then on.`)
}

export function printAct({ scenario, plan, performances }: Act, number: number): void {
  console.log(`\n${colors.bold(`${number}. ${scenario.title}`)}\n   ${scenario.about}\n`)
  const table = new Table({
    head: ['', ...performances.map(({ framework }) => colors.bold(framework))],
    style: { head: [], border: colors.isColorSupported ? ['gray'] : [], compact: true },
  })
  const answers = performances.map(({ seen }) => answerCell(seen))
  table.push(['the answer, since the request', ...answers])
  for (const { url } of scenario.carried.length === 0 ? [] : plan.assets) {
    table.push([url, ...performances.map(({ seen }) => assetCell(url, seen))])
  }
  console.log(table.toString())
  if (performances[0] !== undefined) printWhy(performances[0])
  for (const { framework, problems } of performances)
    for (const problem of problems) console.log(colors.red(`   DIFFERS (${framework}): ${problem}`))
}

function answerCell({ status, body, ms }: Observation): string {
  return `${String(status).padEnd(8)} ${`${ms.toFixed(1)} ms`.padStart(10)} ${bytes(body.length)}`
}

/** By the first tier that told of it: the others repeat it. */
function assetCell(url: string, { arrivals }: Observation): string {
  const own = arrivals.filter((arrival) => arrival.url === url)
  const tier = TIERS.find((name) => own.some((arrival) => arrival.tier === name))
  const arrival = own.find((candidate) => candidate.tier === tier)
  if (tier === undefined || arrival === undefined) return '-'
  const size = arrival.body === undefined ? '' : ` ${bytes(arrival.body.length)}`
  return `${paint[tier](shortWords[tier].padEnd(8))} ${when(arrival)}${size}`
}

function when({ at }: Arrival): string {
  return `${at < 0 ? '-' : '+'}${Math.abs(at).toFixed(1)} ms`.padStart(10)
}

function bytes(count: number): string {
  return `${count.toLocaleString('en')} B`.padStart(8)
}

function printWhy({ seen, reasons }: Performance): void {
  for (const tier of TIERS) {
    const count = seen.arrivals.filter((arrival) => arrival.tier === tier).length
    const why = count > 0 ? because[tier] : whyNot(tier, reasons)
    const label = `${tierWords[tier]}: ${count === 0 ? 'none' : count}`.padEnd(22)
    console.log(`   ${label} ${colors.dim(why)}`)
  }
}

function whyNot(tier: Tier, reasons: readonly Reason[]): string {
  const own = reasons.filter((reason) => reason.tier === tier || reason.code === 'not-a-page')
  return [...new Set(own.map(({ code }) => reasonWords[code]))].join('; ')
}

export function printSummary(acts: readonly Act[]): void {
  const performances = acts.flatMap((act) => act.performances)
  const problems = performances.flatMap((performance) => performance.problems)
  const pushes = performances.flatMap(({ seen }) => seen.arrivals).filter((a) => a.tier === 'push')
  const text =
    problems.length > 0
      ? colors.red(`${problems.length} of the things that arrived differ from the plan: see above.`)
      : `${colors.green('All as planned.')} In all ${performances.length} visits there arrived what the manifest says the page needs, by
the tier that fits the client, and nothing else. The ${pushes.length} pushed files equal what a GET answers.
To open the shop in a browser: npm start`
  console.log(`\n${text}\n`)
}
