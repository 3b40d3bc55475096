import { isUrgentImage } from './asset.js'
import { linkValue } from './link.js'
import type {
  Asset,
  Delivery,
  Plan,
  Policy,
  PushBudget,
  Reason,
  ReasonCode,
  RequestFacts,
} from './types.js'
import { pathOnOrigin } from './url.js'

/**
 * What the response to one request delivers, and why not more. Pure: the same input, the same answer.
 *
 * @param plan The plan of the entry the request's path belongs to; undefined where it belongs to none.
 */
export function decide(plan: Plan | undefined, facts: RequestFacts, policy: Policy): Delivery {
  const whole = !facts.page ? 'not-a-page' : plan === undefined ? 'no-entry' : undefined
  if (plan === undefined || whole !== undefined) return nothing(whole ?? 'no-entry')
  const reasons: Reason[] = []
  const offered = plan.assets.filter((asset) => isOffered(asset, facts, reasons))
  const push = choosePush(offered, { facts, policy, reasons })
  const hintable = plan.importMap === true ? withoutModules(offered, reasons) : offered
  const earlyHints = chooseEarlyHints(hintable, push, { facts, policy, reasons })
  if (policy.link === false) reasons.push({ tier: 'link', code: 'switched-off' })
  const told = withoutInPage(hintable, plan, { push, facts, reasons })
  const link = policy.prefetch === true ? [...told, ...plan.lazy.filter(isSafe)] : told
  return { push, earlyHints, link: policy.link === false ? [] : link, reasons }
}

interface Context {
  readonly facts: RequestFacts
  readonly policy: Policy
  readonly reasons: Reason[]
}

function nothing(code: ReasonCode): Delivery {
  return { push: [], earlyHints: [], link: [], reasons: [{ tier: 'link', code }] }
}

/** A hint for what the application does not serve costs the client a request for nothing. */
function isOffered(asset: Asset, facts: RequestFacts, reasons: Reason[]): boolean {
  if (asset.rel === 'preconnect') return isElsewhere(asset, facts, reasons)
  const unsafe = !isSafe(asset)
  if (!unsafe && facts.supply(asset).state !== 'missing') return true
  reasons.push({ tier: 'link', code: unsafe ? 'unsafe-url' : 'missing', asset })
  return false
}

/** The client has the connection that it asks over. */
function isElsewhere(asset: Asset, facts: RequestFacts, reasons: Reason[]): boolean {
  const own = pathOnOrigin(asset.url, facts.origin) !== undefined
  if (own) reasons.push({ tier: 'link', code: 'held', asset })
  return !own && isSafe(asset)
}

function isSafe(asset: Asset): boolean {
  return linkValue(asset) !== undefined
}

/** A module that starts to load before an import map is read makes the browser ignore the map. */
function withoutModules(offered: readonly Asset[], reasons: Reason[]): readonly Asset[] {
  return offered.filter((asset) => {
    const module = asset.rel === 'modulepreload'
    if (module) reasons.push({ tier: 'link', code: 'import-map', asset })
    return !module
  })
}

/**
 * The headers of a page that comes whole come with the tags that name these images, or claim what is
 * pushed: there, they would only delay it. What it shows first is named for its place in the order.
 */
function withoutInPage(
  hintable: readonly Asset[],
  { inPage }: Plan,
  { push, facts, reasons }: Omit<Context, 'policy'> & { readonly push: readonly Asset[] },
): readonly Asset[] {
  if (inPage === undefined || facts.inParts === true) return hintable
  return hintable.filter((asset) => {
    const pushed = push.includes(asset) || facts.promised?.(asset) === true
    const named = inPage.has(asset.url) && !isUrgentImage(asset)
    const needless = named && (asset.as === 'image' || pushed)
    if (needless) reasons.push({ tier: 'link', code: 'in-page', asset })
    return !needless
  })
}

function choosePush(
  offered: readonly Asset[],
  { facts, policy, reasons }: Context,
): readonly Asset[] {
  const refusal = pushRefusal(facts, policy)
  if (policy.push === false || refusal !== undefined) {
    reasons.push({ tier: 'push', code: refusal ?? 'switched-off' })
    return []
  }
  const budget: Spending = { ...policy.push, bytes: 0, assets: 0 }
  return offered.filter((asset) => {
    const code = assetRefusal(asset, facts, budget)
    if (code !== undefined) reasons.push({ tier: 'push', code, asset })
    return code === undefined
  })
}

/** Why this request gets no push at all. */
function pushRefusal(facts: RequestFacts, policy: Policy): ReasonCode | undefined {
  if (policy.push === false) return 'switched-off'
  if (facts.protocol !== 'h2') return 'http1'
  if (facts.pushSlots === 0) return 'client-refuses-push'
  if (facts.method !== 'GET') return 'method'
  if (facts.conditional) return 'conditional'
  if (facts.prefetch) return 'prefetch'
  if (facts.saveData) return 'save-data'
  if (facts.pushDeclined) return 'accept-push-policy'
  if (facts.inDigest !== undefined) return undefined
  if (facts.visit === 'repeat') return 'repeat-visit'
  return facts.visit === 'unknown' ? 'visit-unknown' : undefined
}

/** What a client of `origin` may be pushed of a plan, as far as its assets' kinds and places tell. */
export function pushableAssets({ assets }: Plan, origin: string, budget: PushBudget): Asset[] {
  return assets.filter((asset) => isOwn(asset, origin) && mayBePushed(asset, budget))
}

function isOwn({ rel, url }: Asset, origin: string): boolean {
  return rel !== 'preconnect' && pathOnOrigin(url, origin) !== undefined
}

/** Whether the budget allows for assets of that kind. */
export function mayBePushed(asset: Asset, { images = 'urgent' }: PushBudget): boolean {
  if (asset.as !== 'image') return true
  return !isConditional(asset) && (images === 'urgent' ? isUrgentImage(asset) : images)
}

/** What the browser asks for depends on the screen. */
function isConditional({ media, imagesrcset }: Asset): boolean {
  return media !== undefined || imagesrcset !== undefined
}

interface Spending extends PushBudget {
  bytes: number
  assets: number
}

/** Why this asset is not pushed; where it is, its bytes are taken from the budget. */
function assetRefusal(asset: Asset, facts: RequestFacts, budget: Spending): ReasonCode | undefined {
  if (!isOwn(asset, facts.origin)) return 'other-origin'
  if (!mayBePushed(asset, budget)) return isConditional(asset) ? 'conditional-attributes' : 'image'
  if (facts.held(asset) || facts.inDigest?.(asset) === true) return 'held'
  const supply = facts.supply(asset)
  if (supply.state === 'unpushable') return supply.why
  if (supply.state !== 'ready') return 'not-asked-yet'
  if (supply.bytes > budget.maxAssetBytes) return 'too-large'
  if (budget.assets >= facts.pushSlots) return 'stream-limit'
  const fits = budget.assets < budget.maxAssets && budget.bytes + supply.bytes <= budget.maxBytes
  if (!fits) return 'over-budget'
  budget.assets += 1
  budget.bytes += supply.bytes
  return undefined
}

function chooseEarlyHints(
  offered: readonly Asset[],
  push: readonly Asset[],
  { facts, policy, reasons }: Context,
): readonly Asset[] {
  const refusal = earlyHintsRefusal(facts, policy)
  if (refusal !== undefined) {
    reasons.push({ tier: 'early-hints', code: refusal })
    return []
  }
  const pushed = new Set(push)
  return offered.filter((asset) => {
    const code = hintRefusal(asset, pushed, facts)
    if (code !== undefined) reasons.push({ tier: 'early-hints', code, asset })
    return code === undefined
  })
}

function earlyHintsRefusal(facts: RequestFacts, policy: Policy): ReasonCode | undefined {
  if (policy.earlyHints === 'never') return 'switched-off'
  if (facts.method !== 'GET') return 'method'
  // A client that knows no 1xx takes it for the answer (RFC 9110 §15.2).
  if (facts.protocol === 'http/1.0') return 'http1'
  // Most likely answered by a 304, which needs nothing.
  if (facts.conditional) return 'conditional'
  if (policy.earlyHints === 'always') return undefined
  if (facts.protocol !== 'h2') return 'http1'
  return facts.navigation ? undefined : 'not-a-navigation'
}

function hintRefusal(
  asset: Asset,
  pushed: ReadonlySet<Asset>,
  facts: RequestFacts,
): ReasonCode | undefined {
  if (pushed.has(asset)) return 'pushed'
  if (facts.held(asset)) return 'held'
  // Browsers ignore these attributes in a 103, and would fetch what the page does not need.
  return isConditional(asset) ? 'conditional-attributes' : undefined
}
