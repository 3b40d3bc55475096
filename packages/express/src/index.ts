export { requestListener, type AnyListener, type App } from './bridge/listener.js'
export { createSecureServer, createServer } from './bridge/server.js'
