import type { Asset } from '@pushplan/core'
import {
  asksForPage,
  originOf,
  readFacts,
  type Request,
  type Response,
  streamOf,
  urlOf,
} from './facts.js'
import { openPush } from './push/memory.js'
import { scheduleRequest } from './schedule.js'
import { PageExchange } from './page.js'
import type { Site } from './site.js'

/** What a handler can say of its page: `reply.pushplan`, `res.pushplan`. */
export interface PagePlan {
  /**
   * The page starts from this entry of the manifest, whatever its path. Before the headers are sent.
   * A name that the manifest does not have is an `error` event, and the page keeps its plan.
   */
  entry(name: string): void
  /** The page needs this asset too: its URL, with the attributes of its tag where they are not the usual ones. */
  add(asset: AssetInput): void
  /**
   * The nonce of this response's content security policy: without it the policy blocks what the
   * `Link` header hints. A 103 needs none, since the policy is not known by then.
   */
  nonce(value: string): void
  /**
   * The page's render used these modules, by their ids in the manifest or in Vite's SSR manifest
   * beside it (Vue: `ssrContext.modules`). Ids that the build does not have are passed over.
   */
  modules(ids: Iterable<string>): void
}

export type AssetInput = string | (Pick<Asset, 'url'> & Partial<Asset>)

/** The response headers about to be written, as an adapter reads and changes them. */
export interface ResponseHead {
  readonly status: number
  get(name: string): string | string[] | number | undefined
  /** Adds a field line beside those that are there. */
  append(name: string, value: string): void
}

export interface Exchange extends PagePlan {
  /** To be called once, when the response headers are about to be written. */
  settle(head: ResponseHead): void
}

export interface Incoming {
  readonly request: Request
  readonly response: Response
  /** Where the framework has parsed the cookies already. */
  readonly cookies?: Readonly<Record<string, unknown>> | undefined
  /** The route's own entry; `false`: nothing for this route. Default: by the path. */
  readonly entry?: string | false | undefined
}

/** Nothing is delivered: not a page, or a failure of ours. */
export const INERT: Exchange = { entry() {}, add() {}, nonce() {}, modules() {}, settle() {} }

/** Starts the delivery of one request: promises what is to be pushed and arms the 103. Never throws. */
export function begin(site: Site, incoming: Incoming): Exchange {
  try {
    const { request } = incoming
    if (site.settings.schedule) scheduleRequest(request)
    if (!asksForPage(request)) {
      giveWay(request)
      return INERT
    }
    if (incoming.entry === false) return INERT
    const facts = readFacts(request)
    const page = new PageExchange(site, incoming, facts)
    page.start(incoming.entry ?? site.entryOf(facts.path))
    return page
  } catch (error) {
    site.emit({ type: 'error', tier: 'plan', error })
    return INERT
  }
}

/** What its client asks for itself, it is not sent by push too. */
function giveWay(request: Request): void {
  const session = streamOf(request)?.session
  if (session === undefined || request.method !== 'GET') return
  openPush(session, () => originOf(request) + urlOf(request))?.giveWay()
}
