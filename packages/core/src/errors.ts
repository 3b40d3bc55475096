/**
 * Every error pushplan throws on bad input. The message names the option or file, the value and
 * the remedy; `code` is stable and safe to branch on.
 */
export class PushplanError extends Error {
  override readonly name = 'PushplanError'
  readonly code: PushplanErrorCode

  constructor(code: PushplanErrorCode, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options)
    this.code = code
  }
}

export type PushplanErrorCode =
  /** An option has a name that pushplan does not know. */
  | 'PUSHPLAN_OPTION_UNKNOWN'
  /** An option has a value that it can't have. */
  | 'PUSHPLAN_OPTION_INVALID'
  /** The manifest file can't be read. */
  | 'PUSHPLAN_MANIFEST_MISSING'
  /** The manifest is of no known format, or broken. */
  | 'PUSHPLAN_MANIFEST_INVALID'
  /** The manifest has no such entry. */
  | 'PUSHPLAN_ENTRY_UNKNOWN'

/** What a value is, short enough for an error message. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null)
    return truncate(JSON.stringify(value) ?? 'undefined')
  const keys = Object.keys(value)
  if (keys.length === 0) return 'an empty object'
  const more = keys.length > 3 ? ', …' : ''
  return `an object with the keys ${keys
    .slice(0, 3)
    .map((key) => truncate(JSON.stringify(key)))
    .join(', ')}${more}`
}

function truncate(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
