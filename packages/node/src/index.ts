export { PushplanError } from '@pushplan/core'
export type {
  DeliveryEvent,
  Emit,
  ErrorEvent,
  PushEvent,
  PushplanEvent,
  ReloadEvent,
  WarningEvent,
} from './events.js'
export {
  type AssetInput,
  type Exchange,
  type Incoming,
  INERT,
  type PagePlan,
  type ResponseHead,
} from './exchange.js'
export type { ManifestSource } from './manifest-file.js'
export { createPushplan, type Host, type Pushplan, type PushplanOptions } from './pushplan.js'
export { settleWithHeaders } from './response-head.js'
export {
  type Adoption,
  prepareServer,
  type Priority,
  type Progress,
  schedule,
  SessionScheduler,
} from './scheduler/index.js'
