/** By linear interpolation between the values nearest to it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  return below + ((sorted[Math.ceil(at)] ?? Number.NaN) - below) * (at % 1)
}

/** Median and quartiles, as text. */
export function spread(ratios: readonly number[]): string {
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(3))
  return `${median} (quartiles ${q1} to ${q3})`
}
