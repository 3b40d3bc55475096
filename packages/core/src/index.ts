export { type AssetTraits, createAsset, type CrossoriginOptions, isUrgentImage } from './asset.js'
export { detectBase } from './base.js'
export { decide, mayBePushed, pushableAssets } from './decide.js'
export {
  decodeDigest,
  type Digest,
  encodeDigest,
  holds,
  mergeDigest,
  MOST_REMEMBERED,
  parseCacheDigest,
  remembers,
} from './digest.js'
export { describe, PushplanError, type PushplanErrorCode } from './errors.js'
export {
  DEFAULT_LINK_BYTES,
  formatLink,
  linkValues,
  type LinkOptions,
  type LinkValue,
  parseLink,
} from './link.js'
export { type Page, pageCrossorigin, type PageFile, readPage } from './html.js'
export { manifestSteps, readManifest } from './manifest/detect.js'
export type { EsbuildMetafile, EsbuildOutput } from './manifest/esbuild.js'
export { readHtml } from './manifest/html.js'
export type { ManifestOptions } from './manifest/reader.js'
export type { ViteManifest, ViteManifestChunk } from './manifest/vite.js'
export { isSsrManifest, readSsrManifest } from './manifest/vite-ssr.js'
export type {
  WebpackStats,
  WebpackStatsAsset,
  WebpackStatsChunk,
  WebpackStatsEntrypoint,
} from './manifest/webpack-stats.types.js'
export {
  type PlanningOptions,
  resolveOptions,
  type Settings,
  type VisitOptions,
} from './options.js'
export { type Check, planningShape, type Shape, validateOptions } from './validate.js'
export { createPlan, extendPlan } from './plan.js'
export { type BuildOutput, createPlanner, type Planner } from './planner.js'
export type { ReadCss } from './stylesheets.js'
export { atOnce, type Steps } from './steps.js'
export { createRouter, type Router, type Routes } from './routes.js'
export type * from './types.js'
export { joints, pathOnOrigin } from './url.js'
