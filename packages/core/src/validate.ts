import { describe, PushplanError } from './errors.js'
import { didYouMean } from './nearest.js'
import { isRecord } from './manifest/reader.js'
import { createRouter } from './routes.js'
import { parseUnicodeRange } from './unicode-range.js'

/** Whether a value is allowed, and how to say what is. */
export interface Check {
  readonly allows: (value: unknown) => boolean
  readonly expects: string
  readonly shape?: Shape
  readonly required?: boolean
}

export type Shape = Readonly<Record<string, Check>>

const isBoolean = (value: unknown) => typeof value === 'boolean'

function oneOf(...values: readonly unknown[]): Check {
  return {
    allows: (value) => values.includes(value),
    expects: values.map((v) => JSON.stringify(v)).join(' or '),
  }
}

function object(shape: Shape, orBoolean = false): Check {
  const names = Object.keys(shape).join(', ')
  return {
    allows: (value) => isRecord(value) || (orBoolean && isBoolean(value)),
    expects: `${orBoolean ? 'true, false or ' : ''}an object with any of ${names}`,
    shape,
  }
}

const boolean: Check = { allows: isBoolean, expects: 'true or false' }

const count: Check = {
  allows: (value) => Number.isInteger(value) && Number(value) >= 0,
  expects: 'a whole number, 0 or more',
}

const cookieName: Check = {
  allows: (value) =>
    value === false || (typeof value === 'string' && /^[\w!#$%&'*+\-.^`|~]+$/.test(value)),
  expects: 'false or a cookie name (letters, digits, - and _)',
}

const path: Check = {
  allows: (value) =>
    typeof value === 'string' && /^\/[\x20-\x7e]*$/.test(value) && !/[;<]/.test(value),
  expects: 'a path that starts with / and has no ; or <',
}

const base: Check = {
  allows: (value) =>
    typeof value === 'string' &&
    /^(?:$|\.\/?$|\/|https?:\/\/)/.test(value) &&
    !/[\s\p{Cc}]/u.test(value),
  expects: 'a path that starts with / or an http(s) URL, as the bundler has it',
}

const crossorigin = oneOf('anonymous', 'use-credentials', false)

const routesCheck: Check = {
  allows: (value) =>
    isRecord(value) &&
    Object.values(value).every((entry) => entry === false || typeof entry === 'string'),
  expects:
    'an object of path patterns to entry names or false, such as { "/shop/*rest": "src/shop.ts" }',
}

const images = oneOf(true, false, 'urgent')

/** The options every adapter has. */
export const planningShape: Shape = {
  base,
  crossorigin: object({ style: crossorigin, script: crossorigin }),
  routes: routesCheck,
  unicodeRange: {
    allows: (value) => typeof value === 'string' && parseUnicodeRange(value) !== undefined,
    expects: 'a list of ranges such as "U+20-7E, U+400-4FF"',
  },
  push: object({ maxBytes: count, maxAssets: count, maxAssetBytes: count, images }, true),
  earlyHints: oneOf('http2', 'always', 'never'),
  link: object({ maxBytes: count }, true),
  prefetch: boolean,
  schedule: oneOf(true, false),
  visit: object({ cookie: cookieName, path, maxAge: count }, true),
}

/**
 * @throws PushplanError `PUSHPLAN_OPTION_UNKNOWN` or `PUSHPLAN_OPTION_INVALID`, naming the option,
 * the value and what is allowed.
 */
export function validateOptions(options: unknown, shape: Shape, within = ''): void {
  if (!isRecord(options))
    throw invalid({ name: within || 'options', value: options, expects: 'an object' })
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(shape, name) ? shape[name] : undefined
    const full = `${within}${within && '.'}${name}`
    if (check === undefined) throw unknown(full, name, Object.keys(shape))
    if (value === undefined) continue
    if (!check.allows(value)) throw invalid({ name: full, value, expects: check.expects })
    if (check.shape !== undefined && isRecord(value)) validateOptions(value, check.shape, full)
  }
  for (const [name, check] of Object.entries(shape)) {
    if (check.required !== true || options[name] !== undefined) continue
    throw invalid({ name, value: undefined, expects: check.expects })
  }
  if (within === '' && isRecord(options.routes)) checkPatterns(Object.keys(options.routes))
}

function checkPatterns(patterns: readonly string[]): void {
  for (const pattern of patterns) {
    try {
      createRouter([], { [pattern]: false })
    } catch (cause) {
      const expects =
        'a path pattern such as "/shop/:id" or "/admin/*rest" (a wildcard needs a name)'
      throw invalid({ name: 'routes', value: pattern, expects, cause })
    }
  }
}

function unknown(full: string, name: string, known: readonly string[]): PushplanError {
  return new PushplanError(
    'PUSHPLAN_OPTION_UNKNOWN',
    `Unknown option "${full}".${didYouMean(name, known)} Options here: ${known.join(', ')}.`,
  )
}

interface Problem {
  readonly name: string
  readonly value: unknown
  readonly expects: string
  readonly cause?: unknown
}

function invalid({ name, value, expects, cause }: Problem): PushplanError {
  return new PushplanError(
    'PUSHPLAN_OPTION_INVALID',
    `Option "${name}" can't be ${describe(value)}. Expected ${expects}.`,
    { cause },
  )
}
