import leven from 'leven'

/** Candidates that are looked at, at most: a handler may ask for a name that no build has on every request. */
const CANDIDATES = 200

/** A hint ` Did you mean "…"?` with the candidate most like `name`, or '' where none is alike. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  let nearest: string | undefined
  let least = Math.max(3, Math.ceil(name.length * 0.6))
  for (const candidate of candidates.slice(0, CANDIDATES)) {
    const distance = distanceTo(name, candidate)
    if (distance < least) [nearest, least] = [candidate, distance]
  }
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`
}

/** People write `main` or `main.ts` for `src/main.ts`: a name inside the candidate is near it. */
function distanceTo(name: string, candidate: string): number {
  const distance = leven(name, candidate)
  return stem(name) === stem(candidate) ? Math.min(distance, 1) : distance
}

function stem(name: string): string {
  return name.replace(/^.*\//, '').replace(/\.[^.]*$/, '')
}
