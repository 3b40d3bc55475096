import type { EventEmitter } from 'node:events'
import type { Http2Session, ServerHttp2Session } from 'node:http2'
import { performance } from 'node:perf_hooks'

const roundTrips = new WeakMap<Http2Session, number>()

/**
 * Learns the round trip of each HTTP/2 session of `server`: a client acknowledges the first SETTINGS
 * at once, and mostly before it is sent anything else. To be called before the server listens, since
 * nothing tells later when they were sent. A server of HTTP/1 has no sessions.
 */
export function measureRoundTrips(server: EventEmitter): void {
  server.on('session', (session: ServerHttp2Session) => {
    let since = performance.now()
    // They leave at the end of this turn, in which all that came with the session is begun to be answered.
    setImmediate(() => (since = performance.now()))
    session.once('localSettings', () => roundTrips.set(session, performance.now() - since))
  })
}

/** In ms; undefined: not known (yet). */
export function roundTripOf(session: Http2Session): number | undefined {
  return roundTrips.get(session)
}
