import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { type Asset, pathOnOrigin } from '@pushplan/core'
import type { Asker } from '../source.js'

const { NGHTTP2_CANCEL } = constants

/** A promise made to the client, to be kept by a response on its stream. */
export interface Promised {
  readonly asset: Asset
  readonly stream: ServerHttp2Stream
  /** `performance.now()` when it was made. */
  readonly since: number
}

/**
 * Sends one PUSH_PROMISE: the GET that the client would have sent, its `Accept-Encoding` included
 * (RFC 9113 §8.4.1). `made` gets the stream on which to keep it.
 *
 * @throws Error at once where the session can't push any more.
 */
export function promise(
  page: ServerHttp2Stream,
  { asset, asker }: { readonly asset: Asset; readonly asker: Asker },
  made: (promised: Promised) => void,
): void {
  const since = performance.now()
  page.pushStream(promisedRequest(asset, asker), (error, stream) => {
    if (error) return
    // A client's REFUSED_STREAM or PROTOCOL_ERROR is an 'error' event, which ends the process when unheard.
    stream.on('error', () => {})
    made({ asset, stream, since })
  })
}

function promisedRequest(asset: Asset, { origin, acceptEncoding }: Asker): OutgoingHttpHeaders {
  const { protocol, host } = new URL(origin)
  return {
    ':method': 'GET',
    ':scheme': protocol.slice(0, -1),
    ':authority': host,
    ':path': pathOnOrigin(asset.url, origin) ?? asset.url,
    ...(acceptEncoding !== '' && { 'accept-encoding': acceptEncoding }),
  }
}

export function cancel(stream: ServerHttp2Stream): void {
  if (!stream.closed) stream.close(NGHTTP2_CANCEL)
}
