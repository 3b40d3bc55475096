export { type AssetTraits, createAsset, type CrossoriginOptions } from './asset.js'
export { decide } from './decide.js'
export { describe, PushplanError, type PushplanErrorCode } from './errors.js'
export {
  DEFAULT_LINK_BYTES,
  formatLink,
  linkValues,
  type LinkOptions,
  type LinkValue,
  parseLink,
} from './link.js'
export { readManifest } from './manifest/detect.js'
export type { ManifestOptions } from './manifest/reader.js'
export type { ViteManifest, ViteManifestChunk } from './manifest/vite.js'
export {
  type PlanningOptions,
  resolveOptions,
  type Settings,
  type VisitOptions,
} from './options.js'
export { type Check, planningShape, type Shape, validateOptions } from './validate.js'
export { createPlan } from './plan.js'
export { createRouter, type Router, type Routes } from './routes.js'
export type * from './types.js'
export { pathOnOrigin } from './url.js'
