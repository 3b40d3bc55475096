import type { ServerHttp2Session } from 'node:http2'
import { type Request, streamOf } from './facts.js'
import { SessionScheduler } from './scheduler/index.js'

/** Has the scheduler of the request's session order its response among the others. */
export function scheduleRequest(request: Request): void {
  const stream = streamOf(request)
  const session = stream?.session
  if (stream === undefined || session === undefined) return
  // Node types the session of a server's stream as that of any stream.
  SessionScheduler.of(session as ServerHttp2Session).request(stream, request.headers, request)
}
