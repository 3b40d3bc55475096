export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Milliseconds. */
export function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** Runs in turn within each round, so that what else the machine does hits all of them alike. */
export function measure(runs: readonly (() => number)[], rounds: number): number[][] {
  const times: number[][] = runs.map(() => [])
  for (let round = -3; round < rounds; round += 1)
    for (const [index, run] of runs.entries()) {
      const time = run()
      if (round >= 0) times[index]?.push(time)
    }
  return times
}

/** The medians of what each run takes for what the first takes in the same round, against each other. */
export function spread(times: readonly (readonly number[])[]): number {
  const ratios = times.map((own) =>
    median(own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN))),
  )
  return Math.max(...ratios) / Math.min(...ratios)
}
