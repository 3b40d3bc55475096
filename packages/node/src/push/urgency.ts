import type { Asset, Destination } from '@pushplan/core'

/**
 * How urgently a browser asks for what a page can't be drawn without (RFC 9218): its stylesheets
 * like the page, fonts next, then its modules.
 */
const URGENCY: Partial<Record<Destination, number>> = { style: 0, font: 1, script: 2 }
/** RFC 9218 §4.1: the default. */
const DEFAULT = 3

export function urgencyOf({ as }: Asset): number {
  return URGENCY[as] ?? DEFAULT
}
