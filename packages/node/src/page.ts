import type { ServerHttp2Stream } from 'node:http2'
import {
  type Asset,
  createAsset,
  decide,
  type Delivery,
  extendPlan,
  linkValues,
  MOST_REMEMBERED,
  parseLink,
  type Plan,
  pushableAssets,
  type RequestFacts,
  type Supply,
} from '@pushplan/core'
import { text } from './answer.js'
import { sendEarlyHints } from './early-hints.js'
import type { ErrorEvent } from './events.js'
import type { AssetInput, Exchange, Incoming, ResponseHead } from './exchange.js'
import { type OwnFacts, streamOf } from './facts.js'
import { pushSlots, wasPushed } from './push/memory.js'
import { promisedUrl } from './push/push.js'
import { Pusher } from './push/pusher.js'
import { routeTimes, SessionScheduler } from './scheduler/index.js'
import type { Site } from './site.js'
import type { Asker } from './source.js'
import { isPage, lines } from './response-head.js'
import { digestLookup, type Evidence, isShared, readVisit } from './visit.js'

/** A page the manifest knows nothing of, to which its handler may still add assets. */
const NO_PLAN: Plan = Object.freeze({ entry: '', assets: [], lazy: [] })

/** The client has the page, which tells nothing against its next visitor's. */
const NOT_MODIFIED = 304

interface Facts extends RequestFacts {
  pushSlots: number
}

/** The delivery of one page request, from its arrival to its response headers. */
export class PageExchange implements Exchange {
  readonly #site: Site
  readonly #incoming: Incoming
  readonly #stream: ServerHttp2Stream | undefined
  readonly #pusher: Pusher | undefined
  readonly #facts: Facts
  readonly #evidence: Evidence
  readonly #pushable: boolean
  /** What could be pushed when it was first asked for: the tiers ask in turn. */
  readonly #ready = new Map<Asset, Supply>()
  #plan: Plan | undefined
  #delivery: Delivery
  #hinted: readonly Asset[] = []
  /** This path's last answer was no page: nothing goes ahead of its headers until one is. */
  readonly #wary: boolean
  #nonce: string | undefined
  #failed = false
  #settled = false

  constructor(site: Site, incoming: Incoming, own: OwnFacts) {
    const { headers } = incoming.request
    const asker = { origin: own.origin, acceptEncoding: text(headers['accept-encoding']) }
    const stream = streamOf(incoming.request)
    const session = stream?.session
    this.#site = site
    this.#wary = site.notPages.has(own.path)
    this.#incoming = incoming
    this.#stream = stream
    this.#pushable = own.pushable && !this.#wary
    this.#evidence = readVisit(incoming, own.origin, site.settings.visit)
    this.#facts = {
      pushSlots: 0,
      visit: this.#evidence.visit,
      inDigest: digestLookup(this.#evidence, own.origin),
      held: (asset) =>
        this.#hinted.includes(asset) ||
        (session !== undefined && wasPushed(session, promisedUrl(asset, own.origin))),
      supply: (asset) => this.#supply(asset, asker),
      promised: (asset) => this.#pusher?.promised.has(asset) === true,
      inParts: routeTimes.inParts(own.path),
      // Last: Node 20 takes many times as long to add to what it has spread.
      ...own,
    }
    this.#delivery = decide(undefined, this.#facts, site.settings)
    if (stream !== undefined && session !== undefined)
      this.#pusher = new Pusher(stream, session, { site, path: own.path, asker })
    stream?.once('close', () => this.#attempt('push', () => this.#pageClosed(stream)))
  }

  /** Promises at once; hints when nothing has been answered by the next turn of the event loop. */
  start(entry: string | undefined): void {
    this.#attempt('plan', () => {
      if (entry !== undefined) this.#follow(this.#site.planOf(entry))
    })
    setImmediate(() => this.#attempt('early-hints', () => this.#hint()))
  }

  entry(name: string): void {
    this.#attempt('plan', () => this.#follow(this.#site.planOf(name)))
  }

  add(input: AssetInput): void {
    this.#attempt('plan', () => {
      if (typeof input === 'string') return this.#extend([createAsset(input)])
      const asset = createAsset(input.url, { as: input.as })
      this.#extend([{ ...asset, ...input, url: asset.url }])
    })
  }

  nonce(value: string): void {
    this.#nonce = value
  }

  modules(ids: Iterable<string>): void {
    this.#attempt('plan', () => this.#extend(this.#site.modulesOf(ids)))
  }

  #extend(more: readonly Asset[]): void {
    const plan = this.#plan ?? NO_PLAN
    const extended = extendPlan(plan, more)
    if (extended !== plan) this.#follow(extended)
  }

  settle(head: ResponseHead): void {
    if (this.#settled) return
    this.#settled = true
    const link = this.#attempt('link', () => this.#writeHead(head)) ?? []
    this.#attempt('plan', () => this.#report(head, link))
  }

  /** The client gave up on the page: what was promised with it, it does not want either. */
  #pageClosed(stream: ServerHttp2Stream): void {
    if (!stream.writableFinished) this.#pusher?.cancel()
  }

  #report({ status }: ResponseHead, link: readonly Asset[]): void {
    const { path, visit } = this.#facts
    this.#site.emit({
      type: 'delivery',
      path,
      entry: this.#plan?.entry,
      visit,
      status,
      push: [...(this.#pusher?.promised ?? [])],
      earlyHints: this.#hinted,
      link,
      reasons: this.#delivery.reasons,
    })
  }

  #follow(plan: Plan): void {
    if (this.#settled) return
    this.#plan = plan
    this.#delivery = this.#decide()
    this.#pusher?.push(this.#delivery.push, (error) => this.#pushFailed(error))
    if (plan.assets.length > 0 && this.#stream !== undefined)
      SessionScheduler.find(this.#stream)?.expect(this.#stream)
  }

  /** What the session takes, and what is left of the page's budget, is asked anew each time. */
  #decide(): Delivery {
    const { settings } = this.#site
    const able = this.#pushable && !this.#failed
    this.#facts.pushSlots = able && this.#stream !== undefined ? pushSlots(this.#stream) : 0
    const push = settings.push !== false && (this.#pusher?.left(settings.push) ?? settings.push)
    const policy = push === settings.push ? settings : { ...settings, push }
    return decide(this.#plan, this.#facts, policy)
  }

  /** A session that can't push now is given hints instead. */
  #pushFailed(error: unknown): void {
    if (!this.#failed) this.#site.emit({ type: 'error', tier: 'push', error })
    this.#failed = true
    this.#attempt('plan', () => (this.#delivery = this.#decide()))
  }

  #hint(): void {
    if (this.#settled || this.#wary) return
    const wanted = this.#delivery.earlyHints
    const links = linkValues(wanted, { maxBytes: this.#maxLinkBytes })
    if (sendEarlyHints(this.#stream, this.#incoming.response, links))
      this.#hinted = wanted.slice(0, links.length)
  }

  #writeHead(head: ResponseHead): readonly Asset[] {
    if (!isPage(head)) {
      if (head.status !== NOT_MODIFIED) this.#site.notPages.set(this.#facts.path, true)
      this.#pusher?.cancel()
      return []
    }
    this.#site.notPages.delete(this.#facts.path)
    const announced = new Set(parseLink(lines(head.get('link'))).map(({ url }) => url))
    const wanted = this.#delivery.link.filter(({ url }) => !announced.has(url))
    const links = linkValues(wanted, {
      maxBytes: this.#maxLinkBytes,
      nopush: this.#pusher?.promised,
      nonce: this.#nonce,
    })
    if (links.length > 0) head.append('link', links.join(', '))
    this.#remember(head)
    return wanted.slice(0, links.length)
  }

  #remember(head: ResponseHead): void {
    const { push } = this.#site.settings
    const { origin, method, prefetch, inDigest, supply } = this.#facts
    if (push === false || this.#plan === undefined || method !== 'GET' || prefetch) return
    const lacking = pushableAssets(this.#plan, origin, push)
      .slice(0, MOST_REMEMBERED)
      .filter((asset) => inDigest?.(asset) !== true && supply(asset).state !== 'missing')
    if (lacking.length === 0 || isShared(head)) return
    const cookie = this.#site.visitCookie(origin, lacking, this.#evidence.cookie)
    if (cookie !== undefined) head.append('set-cookie', cookie)
  }

  get #maxLinkBytes(): number | undefined {
    const { link } = this.#site.settings
    return link === false ? undefined : link.maxBytes
  }

  #supply(asset: Asset, asker: Asker): Supply {
    const known = this.#ready.get(asset)
    if (known !== undefined) return known
    const { source, breaker } = this.#site
    const supply = source.supply(asset, asker)
    if (supply.state !== 'ready') return supply
    if (breaker.isOpen(asset)) return { state: 'unpushable', why: 'often-reset' }
    this.#ready.set(asset, supply)
    return supply
  }

  /** No failure of ours reaches the response. */
  #attempt<T>(tier: ErrorEvent['tier'], step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      this.#site.emit({ type: 'error', tier, error })
      return undefined
    }
  }
}
