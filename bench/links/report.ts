import type { Times } from './client.ts'
import { type Arm, ASSETS, type Cell } from './page.ts'
import type { Measured } from './results.ts'

type Samples = Measured['samples']
type Metric = 'html' | 'css' | 'font' | 'all' | 'draw'

const OTHERS: readonly Arm[] = ['nothing', 'hand 103', 'naive push']

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** `draw`: the later of page and stylesheet, when the page can be drawn. */
function valueOf(times: Times, metric: Metric): number {
  return metric === 'draw' ? Math.max(times.html, times.css) : times[metric]
}

function medianOf(samples: Samples, arm: Arm, metric: Metric): number {
  return median((samples.get(arm) ?? []).map((times) => valueOf(times, metric)))
}

export function printHead(rounds: number): void {
  console.log(
    `medians of ${rounds} interleaved rounds, in ms after the request; Node ${process.version}`,
  )
  console.log('(x of nothing, x of the hand-written 103 on plain Node)')
}

export function printCell({ cell, samples }: Measured): void {
  const { mbit, rtt, think, assets, chunks } = cell
  console.log(`\n${mbit} Mbit/s, ${rtt} ms RTT, ${think} ms think, ${assets}, ${chunks} chunk(s)`)
  console.log('arm          ', ...['html', 'css', 'font', 'all'].map((name) => name.padStart(20)))
  for (const arm of samples.keys()) {
    const columns = (['html', 'css', 'font', 'all'] as const).map((metric) => {
      const value = medianOf(samples, arm, metric)
      const ratio = (other: Arm) => (value / medianOf(samples, other, metric)).toFixed(2)
      return `${value.toFixed(0)} (${ratio('nothing')}, ${ratio('hand 103')})`.padStart(20)
    })
    console.log(arm.padEnd(13), ...columns)
  }
}

interface Check {
  readonly what: string
  readonly arm: Arm
  readonly metric: Metric
  readonly against: readonly Arm[]
  readonly limit: (cell: Cell) => number | undefined
}

const small = (limit: number) => (cell: Cell) => (cell.assets === '65 KB' ? limit : undefined)
const slowAndSmall = (limit: number) => (cell: Cell) =>
  cell.think > 0 ? small(limit)(cell) : undefined

function htmlLimit({ think, mbit }: Cell): number {
  if (think === 0) return 1.05
  return mbit < 2 ? 1.2 : mbit < 10 ? 1.1 : 1.06
}

/** What pushplan promises of its scheduler. */
const CHECKS: readonly Check[] = (['draw', 'font'] as const)
  .flatMap((metric): Check[] => [
    {
      what: 'push, best of others',
      arm: 'by push',
      metric,
      against: OTHERS,
      limit: small(1.02),
    },
    { what: 'push, nothing', arm: 'by push', metric, against: ['nothing'], limit: small(0.85) },
    { what: '103, nothing', arm: 'by 103', metric, against: ['nothing'], limit: small(1.02) },
    { what: '103, hand 103', arm: 'by 103', metric, against: ['hand 103'], limit: small(1.02) },
    {
      what: '103, nothing, slow',
      arm: 'by 103',
      metric,
      against: ['nothing'],
      limit: slowAndSmall(0.85),
    },
  ])
  .concat(
    (['by 103', 'by push'] as const).flatMap((arm): Check[] => [
      { what: `${arm}, nothing`, arm, metric: 'html', against: ['nothing'], limit: htmlLimit },
      // No hint can be as early as a push, so hints are held against hints.
      {
        what: `${arm}, best of others`,
        arm,
        metric: 'all',
        against: arm === 'by push' ? OTHERS : ['nothing', 'hand 103'],
        limit: () => 1.03,
      },
    ]),
  )

/** Each promise over all cells: how many keep it, and those that do not. */
export function printVerdict(measured: readonly Measured[]): void {
  console.log('\nmetric  what                      kept  worst')
  for (const { what, arm, metric, against, limit } of CHECKS) {
    const results = measured.flatMap(({ cell, samples }) => {
      const allowed = limit(cell)
      if (allowed === undefined) return []
      const best = Math.min(...against.map((other) => medianOf(samples, other, metric)))
      return [{ cell, allowed, ratio: medianOf(samples, arm, metric) / best }]
    })
    const missed = results.filter(({ ratio, allowed }) => ratio > allowed)
    const worst = Math.max(...results.map(({ ratio }) => ratio)).toFixed(3)
    const kept = `${results.length - missed.length}/${results.length}`
    console.log(metric.padEnd(7), what.padEnd(25), kept.padEnd(6), worst)
    for (const { cell, ratio, allowed } of missed) {
      console.log(`          ${ratio.toFixed(3)} > ${allowed}: ${Object.values(cell).join(' / ')}`)
    }
  }
  printOrder(measured)
}

/** What is of one page's urgencies is complete one after another, as pushed or as asked for. */
function printOrder(measured: readonly Measured[]): void {
  for (const arm of ['by push', 'by 103'] as const) {
    const wrong = measured.filter(({ samples }) =>
      (samples.get(arm) ?? []).some(({ order }) => !isInOrder(order)),
    )
    console.log(
      `${arm}: plan order kept in ${measured.length - wrong.length}/${measured.length} cells`,
    )
    for (const { name } of wrong) console.log(`          ${name}`)
  }
}

const CRITICAL = ASSETS['65 KB'].map(({ path }) => path)

function isInOrder(order: readonly string[]): boolean {
  return order.filter((path) => CRITICAL.includes(path)).join() === CRITICAL.join()
}
