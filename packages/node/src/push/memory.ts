import type { Http2Session } from 'node:http2'
import type { Asset } from '@pushplan/core'

/** URLs remembered a session; one that has been pushed that many gets no more pushes. */
const REMEMBERED = 1000

const sessions = new WeakMap<Http2Session, Set<string>>()

/** Whether it was promised on this connection before: then it is on its way, or the client has it. */
export function wasPushed(session: Http2Session, asset: Asset): boolean {
  const pushed = sessions.get(session)
  return pushed !== undefined && (pushed.size >= REMEMBERED || pushed.has(asset.url))
}

export function rememberPush(session: Http2Session, asset: Asset): void {
  const pushed = sessions.get(session) ?? new Set()
  sessions.set(session, pushed.add(asset.url))
}

/** It never arrived, so it may be pushed again. */
export function forgetPush(session: Http2Session, asset: Asset): void {
  sessions.get(session)?.delete(asset.url)
}
