import type { EventEmitter } from 'node:events'
import type {
  Http2SecureServer,
  Http2Server,
  Http2Session,
  ServerHttp2Session,
  Settings,
} from 'node:http2'
import { performance } from 'node:perf_hooks'

/** SETTINGS_NO_RFC7540_PRIORITIES (RFC 9218 §2.1). */
const NO_RFC7540_PRIORITIES = 0x9

/** From this nghttp2 1.x on, in Node 22.17, 24.2 and later ones, there are no RFC 7540 priorities. */
const BY_URGENCY = 65
const [, minor] = (process.versions['nghttp2'] ?? '').split('.')
const alwaysByUrgency = Number(minor) >= BY_URGENCY

const prepared = new WeakSet<EventEmitter>()
const roundTrips = new WeakMap<Http2Session, number>()
const announced = new WeakSet<Http2Session>()

/**
 * To be called before `server` listens, since both go with the first SETTINGS of each session: it
 * announces that the server sends by RFC 9218, without which older versions of Node interleave all
 * streams, and learns the session's round trip. A server of HTTP/1 has no sessions, and one that has
 * been prepared stays as it is.
 *
 * @param settings - those that the server was created with: Node replaces its `customSettings`
 *   unless they are said again, here and in any later `server.updateSettings()`
 */
export function prepareServer(server: EventEmitter, { customSettings }: Settings = {}): void {
  if (!isHttp2(server) || prepared.has(server)) return
  prepared.add(server)
  server.updateSettings({ customSettings: { ...customSettings, [NO_RFC7540_PRIORITIES]: 1 } })
  server.on('session', (session: ServerHttp2Session) => {
    announced.add(session)
    measureRoundTrip(session)
  })
}

function isHttp2(server: EventEmitter): server is Http2Server | Http2SecureServer {
  return 'updateSettings' in server
}

/** A client acknowledges the first SETTINGS at once, and mostly before it is sent anything else. */
function measureRoundTrip(session: ServerHttp2Session): void {
  let since = performance.now()
  // They leave at the end of this turn, in which all that came with the session is begun to be answered.
  setImmediate(() => (since = performance.now()))
  session.once('localSettings', () => roundTrips.set(session, performance.now() - since))
}

/** In ms; undefined: not known (yet). */
export function roundTripOf(session: Http2Session): number | undefined {
  return roundTrips.get(session)
}

/** Whether HTTP/2 itself sends by the urgency that the client has signalled (RFC 9218 §10). */
export function sendsByUrgency(session: Http2Session): boolean {
  return alwaysByUrgency || announced.has(session)
}
