import type { Http2Session, ServerHttp2Stream } from 'node:http2'
import type { Push } from './push.js'

/** URLs remembered a session; one that has been pushed that many gets no more pushes. */
const REMEMBERED = 1000
/**
 * Pushes that a client may reset before its session gets no more: it holds what we push, or does
 * not want it. Far below the 1,010 or so at which Node ends the session.
 */
const RESETS = 8

/** All by the URL promised: one connection can carry several origins (RFC 9113 §9.1.1). */
interface Memory {
  readonly pushed: Set<string>
  /** Promises under way, of all its pages. */
  readonly open: Map<string, Push>
  resets: number
}

const sessions = new WeakMap<Http2Session, Memory>()

function memoryOf(session: Http2Session): Memory {
  const known = sessions.get(session)
  if (known !== undefined) return known
  const memory = { pushed: new Set<string>(), open: new Map<string, Push>(), resets: 0 }
  sessions.set(session, memory)
  return memory
}

/** Whether it was promised on this connection before: then it is on its way, or the client has it. */
export function wasPushed(session: Http2Session, url: string): boolean {
  return sessions.get(session)?.pushed.has(url) === true
}

/**
 * How many promises may be made on `page` now. `pushAllowed` covers the stream, ENABLE_PUSH and a
 * closed session; Node does not look at the client's SETTINGS_MAX_CONCURRENT_STREAMS, beyond which
 * responses wait, or are reset. None where the session has had its pushes: as many as are
 * remembered, or too many of them reset.
 */
export function pushSlots(page: ServerHttp2Stream): number {
  const { session } = page
  if (session === undefined || session.closed || !page.pushAllowed) return 0
  const { pushed, open, resets } = memoryOf(session)
  if (resets >= RESETS) return 0
  const { maxConcurrentStreams = Infinity } = session.remoteSettings
  return Math.max(0, Math.min(maxConcurrentStreams - open.size, REMEMBERED - pushed.size))
}

export function notePromise(session: Http2Session, push: Push): void {
  const { pushed, open } = memoryOf(session)
  pushed.add(push.url)
  open.set(push.url, push)
}

/** The promise has been kept, or never will be. */
export function noteEnd(session: Http2Session, push: Push): void {
  sessions.get(session)?.open.delete(push.url)
}

/** The promise of `url`, which is made only where any is under way. */
export function openPush(session: Http2Session, url: () => string): Push | undefined {
  const open = sessions.get(session)?.open
  return open === undefined || open.size === 0 ? undefined : open.get(url())
}

/** It never arrived, so it may be pushed again. */
export function forgetPush(session: Http2Session, { url }: Push): void {
  sessions.get(session)?.pushed.delete(url)
}

export function countReset(session: Http2Session): void {
  memoryOf(session).resets += 1
}
