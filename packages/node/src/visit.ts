import type { Visit, VisitOptions } from '@pushplan/core'
import { parse, serialize } from 'cookie'
import { text } from './answer.js'
import type { Incoming } from './exchange.js'

/** Another value, of a later version or of somebody else, is treated as absent. */
const VISITED = 'v1'

/**
 * What the request tells of earlier visits: the cookie, or without one a `Referer` of the same
 * origin, since who follows a link of the site has its assets.
 */
export function readVisit(
  { request, cookies }: Pick<Incoming, 'request' | 'cookies'>,
  origin: string,
  { cookie }: Required<VisitOptions>,
): Visit {
  const { headers } = request
  if (cookie === false) return isSameOrigin(headers.referer, origin) ? 'repeat' : 'first'
  if (headers.cookie?.includes(cookie) !== true) return 'first'
  return (cookies ?? parse(headers.cookie))[cookie] === VISITED ? 'repeat' : 'first'
}

function isSameOrigin(referer: string | undefined, origin: string): boolean {
  return referer !== undefined && (referer === origin || referer.startsWith(`${origin}/`))
}

/** The `Set-Cookie` value that remembers a client of `origin`, or undefined where none is kept. */
export type VisitCookie = (origin: string) => string | undefined

export function createVisitCookie({ cookie, path, maxAge }: Required<VisitOptions>): VisitCookie {
  if (cookie === false) return () => undefined
  const [open, secure] = [false, true].map((secure) =>
    serialize(cookie, VISITED, { path, maxAge, secure, httpOnly: true, sameSite: 'lax' }),
  )
  return (origin) => (origin.startsWith('https:') ? secure : open)
}

/**
 * Whether a shared cache may hand the response to other clients, and a cookie with it (RFC 9111
 * §3, §7.3). One that must be validated each time (`max-age=0`, as static file servers write on
 * HTML) is not reused, so it may carry the cookie.
 */
export function isShared(cacheControl: string | string[] | number | undefined): boolean {
  const value = text(cacheControl).toLowerCase()
  if (/\b(?:private|no-store|no-cache)\b/.test(value)) return false
  const age = (/\bs-maxage\s*=\s*"?(\d+)/.exec(value) ?? /\bmax-age\s*=\s*"?(\d+)/.exec(value))?.[1]
  if (age !== undefined) return Number(age) > 0 || value.includes('stale-while-revalidate')
  return /\bpublic\b/.test(value)
}
