import type { ReasonCode, Tier } from '@pushplan/core'

export const tierWords: Readonly<Record<Tier, string>> = {
  push: 'pushed',
  'early-hints': '103 Early Hints',
  link: 'Link header',
}

/** For a table's cell. */
export const shortWords: Readonly<Record<Tier, string>> = {
  push: 'pushed',
  'early-hints': '103',
  link: 'Link',
}

/** Why a tier was used. */
export const because: Readonly<Record<Tier, string>> = {
  push: 'a first visit, by a client that takes pushes',
  'early-hints': 'somebody opens a page over HTTP/2, and its handler is still at work',
  link: 'every page names its files here, but not again what is pushed and stands in its tags',
}

/** Why a tier, or an asset in it, was left out. */
export const reasonWords: Readonly<Record<ReasonCode, string>> = {
  'not-a-page': 'this is no page, so it needs no assets',
  'no-entry': 'the path belongs to no entry of the manifest',
  'switched-off': 'switched off by an option',
  http1: 'not over HTTP/1: there is no push, and some parties break on a 103',
  'client-refuses-push': 'the client switched push off, as all browsers do today',
  method: 'the method is not GET',
  'repeat-visit': 'the client has been here, and nothing tells what it has',
  'visit-unknown': 'nothing tells whether the client has been here',
  conditional: 'the client has the page and asks whether it changed',
  prefetch: 'the page is only prefetched',
  'save-data': 'the client asks to save data',
  'accept-push-policy': 'the client declines pushes',
  'not-a-navigation': 'the client does not say that somebody opens a page',
  held: 'the client has it already, by its cookie or this connection',
  pushed: 'pushed already',
  'other-origin': 'served by another origin',
  'unsafe-url': 'its URL must not reach a header',
  missing: 'the application does not serve it',
  'not-asked-yet': 'the application has not been asked for it yet',
  'no-answer': 'the application did not answer for it',
  'often-reset': 'most clients reset its push, so they have it',
  status: 'the application does not answer 200 for it',
  'set-cookie': 'its answer sets a cookie',
  'no-store': 'its answer must not be stored',
  vary: 'its answer differs from client to client',
  'too-large': 'too large for a push',
  'over-budget': 'over the budget of pushes of one page',
  'stream-limit': 'as many pushes as the client takes at a time are under way',
  'conditional-attributes': 'it depends on the screen, which a 103 can not say',
  image: 'an image that the page does not show first: pushed only where an option says so',
  'in-page': 'the page itself names it, right behind its headers',
  'import-map': 'the page has an import map, which a hinted module can switch off',
}
