export { requestListener, type AnyListener, type App } from './bridge/listener.js'
export { createSecureServer, createServer } from './bridge/server.js'
export { pushplan as default } from './middleware.js'
export type { PushplanOptions } from '@pushplan/node'
