import type { RequestFacts } from '@pushplan/core'

/** A navigation over HTTP/2 by a client that takes pushes and was never here. */
export const FIRST_VISIT: RequestFacts = {
  method: 'GET',
  path: '/',
  protocol: 'h2',
  origin: 'https://shop.example',
  pushSlots: Infinity,
  page: true,
  navigation: true,
  conditional: false,
  prefetch: false,
  saveData: false,
  pushDeclined: false,
  visit: 'first',
  held: () => false,
  supply: () => ({ state: 'ready', bytes: 1000 }),
}
