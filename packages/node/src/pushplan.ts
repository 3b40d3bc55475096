import type { RequestListener } from 'node:http'
import {
  createPlan,
  createRouter,
  type Plan,
  planningShape,
  type PlanningOptions,
  resolveOptions,
  type Shape,
  validateOptions,
} from '@pushplan/core'
import { createCheck } from './check.js'
import { createEmitter, type Emit } from './events.js'
import { begin, type Exchange, type Incoming } from './exchange.js'
import type { Request } from './facts.js'
import { loadManifest, type ManifestSource } from './manifest-file.js'
import type { Site } from './site.js'
import { AssetSource } from './source.js'

/** The options of every adapter. Only `manifest` is needed. */
export interface PushplanOptions extends PlanningOptions {
  /** The manifest that the bundler wrote: its path, its `file:` URL, or the parsed JSON. */
  readonly manifest: ManifestSource
  /** Hears of every delivery, push, warning and failure. Also on the diagnostics channel `pushplan`. */
  readonly onDelivery?: Emit
}

/** What an adapter lends. */
export interface Host {
  /** The application itself, to be asked for its assets. */
  readonly handler: RequestListener
  /** Where warnings are logged. */
  readonly warn: (message: string) => void
}

export interface Pushplan {
  /** Starts the delivery of one request, before its handler runs. Never throws. */
  begin(incoming: Incoming): Exchange
  /**
   * Asks the application for every planned asset once and warns of those it does not serve. Never
   * rejects. Called again, it is the same check.
   */
  check(): Promise<void>
  /**
   * For frameworks without a moment between start-up and the first request: starts the check and,
   * where this request is for a page, resolves when it has ended, or after 250 ms. Undefined: no
   * need to wait. Never rejects.
   */
  warmUp(request: Request): Promise<void> | undefined
  /** @throws PushplanError `PUSHPLAN_ENTRY_UNKNOWN`. */
  planOf(entry: string): Plan
}

const shape: Shape = {
  ...planningShape,
  manifest: {
    allows: (value) =>
      typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null,
    expects: 'the path of the manifest file, its file: URL or the parsed manifest',
    required: true,
  },
  onDelivery: { allows: (value) => typeof value === 'function', expects: 'a function' },
}

/**
 * @throws PushplanError on an option or a manifest that can't be right, and on a route to an entry
 * that the manifest does not have.
 */
export function createPushplan(options: PushplanOptions, host: Host): Pushplan {
  validateOptions(options, shape)
  const settings = resolveOptions(options)
  const graph = loadManifest(options.manifest, settings)
  const plans = new Map<string, Plan>()
  const planOf = (entry: string) => {
    const plan = plans.get(entry) ?? createPlan(graph, entry)
    plans.set(entry, plan)
    return plan
  }
  for (const entry of Object.values(settings.routes)) if (entry !== false) planOf(entry)
  const entryOf = createRouter(graph.entries, settings.routes, settings.base)
  const emit = createEmitter(
    options.onDelivery,
    (event) => event.type === 'warning' && host.warn(event.message),
  )
  const site: Site = { settings, entryOf, planOf, source: new AssetSource(host.handler), emit }
  const check = createCheck(site, graph.entries)
  return {
    begin: (incoming) => begin(site, incoming),
    check: check.run,
    warmUp: check.warmUp,
    planOf,
  }
}
