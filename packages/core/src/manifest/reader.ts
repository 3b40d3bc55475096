import type { CrossoriginOptions } from '../asset.js'
import type { AssetGraph } from '../types.js'

/** What a manifest does not say about its files. */
export interface ManifestOptions {
  /**
   * The public path or origin the files are served from, as the bundler's own option has it
   * (`/`, `/static/`, `https://cdn.example/app/`).
   * @default '/'
   */
  readonly base?: string | undefined
  /**
   * The `crossorigin` attribute of the page's own tags, which hints must repeat. Vite 5 and later
   * write it on styles and scripts; Vite 4 does not on styles: `{ style: false }`.
   * @default { style: 'anonymous', script: 'anonymous' }
   */
  readonly crossorigin?: CrossoriginOptions | undefined
}

/** One format: unknown JSON in, the one graph out. */
export interface ManifestReader {
  /** What the format looks like, for the error when nothing fits. */
  readonly expects: string
  readonly detects: (json: unknown) => boolean
  readonly read: (json: unknown, options: ManifestOptions) => AssetGraph
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
