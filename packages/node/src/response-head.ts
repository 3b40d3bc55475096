import type { ServerResponse } from 'node:http'
import onHeaders from 'on-headers'
import { text } from './answer.js'
import type { Exchange, ResponseHead } from './exchange.js'
import type { Response } from './facts.js'

/** Settles `exchange` when the headers of `response` are written, whoever writes them. */
export function settleWithHeaders(exchange: Exchange, response: Response): void {
  // Its types do not know of HTTP/2, whose responses it takes all the same.
  onHeaders(response as ServerResponse, () => exchange.settle(headOf(response)))
  const { writeHead } = response
  // It takes the second argument for the headers, also where that is an absent reason phrase.
  Object.assign(response, {
    writeHead: (...args: unknown[]): unknown =>
      Reflect.apply(writeHead, response, args.filter(isGiven)),
  })
}

const isGiven = (argument: unknown) => argument !== undefined && argument !== null

function headOf(response: Response): ResponseHead {
  return {
    status: response.statusCode,
    get: (name) => response.getHeader(name),
    // Not by `appendHeader`, which adds to the application's own array.
    append(name, value) {
      const before = lines(response.getHeader(name))
      response.setHeader(name, before.length === 0 ? value : [...before, value])
    },
  }
}

/** A hint is for a page: HTML, answered with a 2xx. */
export function isPage({ status, get }: ResponseHead): boolean {
  const type = text(get('content-type'))
  return status >= 200 && status < 300 && /^(?:text\/html|application\/xhtml\+xml)\b/i.test(type)
}

/** The lines of a field, however a framework holds them. */
export function lines(value: string | string[] | number | undefined): string[] {
  return value === undefined ? [] : [value].flat().map(String)
}
