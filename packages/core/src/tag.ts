import type { Crossorigin } from './types.js'

/** The attributes of a tag, by their lower-case names. */
export type Attributes = Readonly<Record<string, string>>

const PRIORITIES = ['high', 'low', 'auto'] as const

/** https://html.spec.whatwg.org/#fetch-priority-attribute */
export function fetchpriorityOf({ fetchpriority }: Attributes) {
  return PRIORITIES.find((known) => known === fetchpriority?.toLowerCase())
}

/** https://html.spec.whatwg.org/#cors-settings-attribute; `false`: the tag has none. */
export function crossoriginOf({ crossorigin }: Attributes): Crossorigin | false {
  if (crossorigin === undefined) return false
  return crossorigin.toLowerCase() === 'use-credentials' ? 'use-credentials' : 'anonymous'
}
