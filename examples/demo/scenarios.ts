import type { Tier } from '@pushplan/core'
import type { Client } from './clients.ts'

export interface Scenario {
  readonly title: string
  readonly about: string
  readonly path: string
  readonly client: Omit<Client, 'ca'>
  /** It comes back with the cookie that the scenario before was given. */
  readonly returns?: true
  /** The entry of the manifest that the page starts from. */
  readonly entry: string
  /** The tiers that carry the entry's whole plan; the others carry nothing. */
  readonly carried: readonly Tier[]
}

/** What browsers send when somebody follows a link. */
const navigation = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
}
const pushing = { protocol: 'h2', push: true, headers: navigation } as const
const today = { protocol: 'h2', push: false, headers: navigation } as const

export const scenarios: readonly Scenario[] = [
  {
    title: 'A first visit',
    about: 'GET / over HTTP/2, by a client that takes pushes and was never here',
    path: '/',
    client: pushing,
    entry: 'index.html',
    carried: ['push', 'link'],
  },
  {
    title: 'The same client comes back',
    about: 'GET / on a new connection, with the cookie of the first visit',
    path: '/',
    client: pushing,
    returns: true,
    entry: 'index.html',
    carried: ['early-hints', 'link'],
  },
  {
    title: "Today's browsers",
    about:
      'GET /slow over HTTP/2 with push switched off; the handler takes 200 ms to make the page',
    path: '/slow',
    client: today,
    entry: 'index.html',
    carried: ['early-hints', 'link'],
  },
  {
    title: 'An HTTP/1.1 client',
    about: 'GET / over HTTP/1.1',
    path: '/',
    client: { ...today, protocol: 'http/1.1' },
    entry: 'index.html',
    carried: ['link'],
  },
  {
    title: 'Not a page',
    about: 'GET /api/cart over HTTP/2: a script of the page asks for JSON',
    path: '/api/cart',
    client: {
      ...pushing,
      headers: { accept: '*/*', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' },
    },
    entry: 'index.html',
    carried: [],
  },
]
