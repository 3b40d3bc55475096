import { text } from './answer.js'
import type { ResponseHead } from './exchange.js'

/** A hint is for a page: HTML, answered with a 2xx. */
export function isPage({ status, get }: ResponseHead): boolean {
  const type = text(get('content-type'))
  return status >= 200 && status < 300 && /^(?:text\/html|application\/xhtml\+xml)\b/i.test(type)
}

/** The lines of a field, however a framework holds them. */
export function lines(value: string | string[] | number | undefined): string[] {
  return value === undefined ? [] : [value].flat().map(String)
}
