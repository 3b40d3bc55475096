/** First and last code point, both included. */
export type CharacterRange = readonly [first: number, last: number]

/** Basic Latin, without its control characters. */
export const BASIC_LATIN: readonly CharacterRange[] = [[0x20, 0x7e]]

const RANGE = /^u\+(?:([\da-f]{1,6})(?:-([\da-f]{1,6}))?|([\da-f]{0,5})(\?{1,6}))$/i

/** Reads a `unicode-range` (https://drafts.csswg.org/css-fonts/#unicode-range-desc); undefined where it is none. */
export function parseUnicodeRange(text: string): readonly CharacterRange[] | undefined {
  const ranges: CharacterRange[] = []
  for (const part of text.split(',')) {
    const match = RANGE.exec(part.trim())
    if (match === null) return undefined
    const [, first = '', last = first, stem = '', wild = ''] = match
    const [low, high] =
      wild === ''
        ? [first, last]
        : [stem + wild.replaceAll('?', '0'), stem + wild.replaceAll('?', 'f')]
    ranges.push([Number.parseInt(low, 16), Number.parseInt(high, 16)])
  }
  return ranges
}

/** What `some` have, and `others` have not. */
export function without(
  some: readonly CharacterRange[],
  others: readonly CharacterRange[],
): readonly CharacterRange[] {
  let left = some
  for (const [from, to] of others) {
    left = left.flatMap(([first, last]): CharacterRange[] =>
      [[first, Math.min(last, from - 1)] as const, [Math.max(first, to + 1), last] as const].filter(
        ([low, high]) => low <= high,
      ),
    )
  }
  return left
}

export function overlaps(
  some: readonly CharacterRange[],
  others: readonly CharacterRange[],
): boolean {
  return some.some(([first, last]) => others.some(([from, to]) => first <= to && from <= last))
}
