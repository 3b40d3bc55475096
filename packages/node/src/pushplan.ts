import type { RequestListener } from 'node:http'
import {
  atOnce,
  createRouter,
  describe,
  type Plan,
  planningShape,
  type PlanningOptions,
  PushplanError,
  resolveOptions,
  type Router,
  type Settings,
  type Shape,
  type Steps,
  validateOptions,
} from '@pushplan/core'
import { LRUCache } from 'lru-cache'
import { createCheck } from './check.js'
import { createEmitter, type Emit } from './events.js'
import { begin, type Exchange, type Incoming } from './exchange.js'
import type { Request } from './facts.js'
import { type Build, loadBuild } from './build-output.js'
import { manifestPath, type ManifestSource } from './manifest-file.js'
import { PushBreaker } from './push/breaker.js'
import type { Site } from './site.js'
import { AssetSource } from './source.js'
import { inTurns } from './steps.js'
import { createVisitCookie } from './visit.js'
import { signatureOf, watchFile } from './watch.js'

/** The options of every adapter. Only `manifest` is needed. */
export interface PushplanOptions extends PlanningOptions {
  /** The manifest that the bundler wrote: its path, its `file:` URL, or the parsed JSON. */
  readonly manifest: ManifestSource
  /**
   * The folder that the bundler wrote into: its HTML tells of tags, its CSS of fonts and images.
   * @default found from the manifest's place; none with a parsed manifest
   */
  readonly root?: string | URL
  /**
   * Read the manifest again when it changes. A broken one is an `error` event, and the plans stay.
   * @default false
   */
  readonly watch?: boolean
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
  /** Runs the check, and waits for it at most a second: an asset that hangs does not keep the application from starting. */
  ready(): Promise<void>
  /**
   * For frameworks without a moment between start-up and the first request: starts the check and,
   * where this request is for a page, resolves when it has ended, or after a second. Undefined: no
   * need to wait. Never rejects.
   */
  warmUp(request: Request): Promise<void> | undefined
  /** @throws PushplanError `PUSHPLAN_ENTRY_UNKNOWN`. */
  planOf(entry: string): Plan
  /** Ends what `watch` began. */
  close(): void
}

const shape: Shape = {
  ...planningShape,
  manifest: {
    allows: (value) =>
      typeof value === 'string' ? value !== '' : typeof value === 'object' && value !== null,
    expects: 'the path of the manifest file, its file: URL or the parsed manifest',
    required: true,
  },
  root: {
    allows: (value) => (typeof value === 'string' && value !== '') || value instanceof URL,
    expects: 'the path or file: URL of the folder that the bundler writes into',
  },
  watch: { allows: (value) => typeof value === 'boolean', expects: 'true or false' },
  onDelivery: { allows: (value) => typeof value === 'function', expects: 'a function' },
}

/**
 * @throws PushplanError on an option or a manifest that can't be right, and on a route to an entry
 * that the manifest does not have.
 */
export function createPushplan(options: PushplanOptions, host: Host): Pushplan {
  validateOptions(options, shape)
  const file = watchedFile(options)
  const since = file === undefined ? '' : signatureOf(file)
  const settings = resolveOptions(options)
  let served = atOnce(load(options, settings))
  const emit = createEmitter(
    options.onDelivery,
    (event) => event.type === 'warning' && host.warn(event.message),
  )
  const site: Site = {
    settings: { ...settings, base: served.base },
    entryOf: (path) => served.entryOf(path),
    planOf: (entry) => served.planOf(entry),
    modulesOf: (ids) => served.modulesOf(ids),
    source: new AssetSource(host.handler, settings.push),
    breaker: new PushBreaker(),
    notPages: new LRUCache({ max: 1000 }),
    visitCookie: createVisitCookie(settings.visit),
    emit,
  }
  const reload = async (manifest: string, signal: AbortSignal) => {
    try {
      served = await inTurns(load(options, settings), signal)
      emit({ type: 'reload', manifest, entries: served.entries })
      void createCheck(site, served).run()
    } catch (error) {
      if (!signal.aborted) emit({ type: 'error', tier: 'plan', error })
    }
  }
  const check = createCheck(site, served)
  return {
    begin: (incoming) => begin(site, incoming),
    check: check.run,
    ready: check.ready,
    warmUp: check.warmUp,
    planOf: site.planOf,
    close: file === undefined ? () => {} : watchFile(file, since, (end) => reload(file, end)),
  }
}

interface Served extends Build {
  readonly entryOf: Router
}

/** A build and its routes, whose entries it must have. */
function* load(options: PushplanOptions, { routes }: Settings): Steps<Served> {
  const build = yield* loadBuild(options)
  for (const entry of Object.values(routes)) {
    if (entry !== false) build.planOf(entry)
    yield
  }
  const { entries, pages, base } = build
  const only = entries.length === 1 && Object.keys(routes).length === 0
  const named = only ? entries : [...entries, ...pages.keys()]
  const route = createRouter(named, routes, base)
  return {
    ...build,
    entryOf(path) {
      const found = route(path)
      return found === undefined ? undefined : (pages.get(found) ?? found)
    },
  }
}

function watchedFile({ manifest, watch }: PushplanOptions): string | undefined {
  const file = watch === true ? manifestPath(manifest) : undefined
  if (watch !== true || file !== undefined) return file
  throw new PushplanError(
    'PUSHPLAN_OPTION_INVALID',
    `Option "watch" can't be true where "manifest" is ${describe(manifest)}. Give the manifest's path, which can be watched.`,
  )
}
