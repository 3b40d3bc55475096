import type { Http2SecureServer, Http2Server, ServerHttp2Session, Settings } from 'node:http2'
import { prepareServer } from './prepare.js'
import { SessionScheduler } from './session.js'

export { type Adoption, SessionScheduler } from './session.js'
export type { Progress } from './gate.js'
export { prepareServer } from './prepare.js'
export { type Priority, urgencyOf } from './priority.js'
export { routeTimes } from './route-times.js'

/**
 * Orders the responses of each session of `server`, whoever writes them: the page first, the rest by
 * urgency (RFC 9218), one after another. To be called before it listens. What the application itself
 * pushes is ordered where it is adopted (`SessionScheduler.adopt`).
 *
 * @param settings - those that the server was created with, if it has `customSettings`
 */
export function schedule(server: Http2Server | Http2SecureServer, settings?: Settings): void {
  prepareServer(server, settings)
  server.prependListener('stream', (stream, headers) => {
    const { session } = stream
    if (session !== undefined)
      SessionScheduler.of(session as ServerHttp2Session).request(stream, headers)
  })
}
