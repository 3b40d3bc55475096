import type { Http2Session } from 'node:http2'
import type { Asset } from '@pushplan/core'

/** URLs remembered a session; one that has been pushed that many gets no more pushes. */
const REMEMBERED = 1000
/**
 * Pushes that a client may reset before its session gets no more: it holds what we push, or does
 * not want it. Far below the 1,010 or so at which Node ends the session.
 */
const RESETS = 8

interface Memory {
  readonly pushed: Set<string>
  resets: number
}

const sessions = new WeakMap<Http2Session, Memory>()

function memoryOf(session: Http2Session): Memory {
  const memory = sessions.get(session) ?? { pushed: new Set(), resets: 0 }
  sessions.set(session, memory)
  return memory
}

/** Whether it was promised on this connection before: then it is on its way, or the client has it. */
export function wasPushed(session: Http2Session, asset: Asset): boolean {
  return sessions.get(session)?.pushed.has(asset.url) === true
}

/** Whether the session has had its pushes: as many as are remembered, or too many of them reset. */
export function isSpent(session: Http2Session): boolean {
  const memory = sessions.get(session)
  return memory !== undefined && (memory.resets >= RESETS || memory.pushed.size >= REMEMBERED)
}

export function rememberPush(session: Http2Session, asset: Asset): void {
  memoryOf(session).pushed.add(asset.url)
}

/** It never arrived, so it may be pushed again. */
export function forgetPush(session: Http2Session, asset: Asset): void {
  sessions.get(session)?.pushed.delete(asset.url)
}

export function countReset(session: Http2Session): void {
  memoryOf(session).resets += 1
}
