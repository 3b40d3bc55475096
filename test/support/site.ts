import { readFileSync } from 'node:fs'
import type { AssetInput, PushplanEvent, PushplanOptions } from '@pushplan/node'

/** What a page or another route of the test site answers. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string
  /** What the handler says of its page just before it answers. */
  readonly entry?: string
  readonly add?: AssetInput
}

/** The test site: one build, and routes that every framework serves alike. */
export interface Site {
  readonly options: PushplanOptions
  readonly routes: Readonly<Record<string, () => Reply | Promise<Reply>>>
  /** Compress what the client accepts. */
  readonly compress?: boolean
  /** Serve the build's files elsewhere than the plan says: not at all. */
  readonly withoutAssets?: boolean
  /** Where the build is. @default DIST */
  readonly dist?: URL
  /** Leave pushplan out: what the application answers by itself. */
  readonly plain?: boolean
}

export type Transport = 'HTTP/1.1' | 'h2c' | 'h2'

export interface Running {
  readonly origin: string
  readonly events: PushplanEvent[]
  /** Resolves when the server has closed, all connections included. */
  close(): Promise<void>
}

export interface Framework {
  readonly name: string
  start(site: Site, transport: Transport): Promise<Running>
}

export const DIST = new URL('../fixtures/vite8-html/dist/', import.meta.url)

/** Its manifest without images, which are only hinted: so that one list is pushed and hinted. */
export const MANIFEST: object = JSON.parse(
  readFileSync(new URL('.vite/manifest.json', DIST), 'utf8'),
  (_key, value: unknown) =>
    Array.isArray(value) ? value.filter((file) => !String(file).endsWith('.png')) : value,
)

/** The plan of `/` of that build. */
export const PLAN = [
  '/static/assets/preload-helper-CiayiHl3.css',
  '/static/assets/index-B2TsEPg_.css',
  '/static/assets/inter-regular-BhVl-9w4.woff2',
  '/static/assets/index-byyKbHP7.js',
  '/static/assets/preload-helper-DF1N05Dw.js',
]

export const HTML = readFileSync(new URL('index.html', DIST), 'utf8')
export const html = { 'content-type': 'text/html; charset=utf-8' }

export type SiteChanges = Partial<Omit<Site, 'options'>> & { options?: Partial<PushplanOptions> }

export function site(changes: SiteChanges = {}): Site {
  return {
    ...changes,
    options: {
      manifest: MANIFEST,
      base: '/static/',
      ...changes.options,
    },
    routes: { '/': () => ({ headers: html, body: HTML }), ...changes.routes },
  }
}

/** A page whose handler waits until `open` is called: "a handler that takes long", without a clock. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}
