import {
  constants,
  type Http2Session,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { type Asset, isUrgentImage, pathOnOrigin } from '@pushplan/core'
import type { Answer } from '../answer.js'
import type { PushEvent } from '../events.js'
import { type Progress, SessionScheduler, urgencyOf } from '../scheduler/index.js'
import type { Asker } from '../source.js'

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** Milliseconds without a byte after which a push is given up: a client that never reads must not keep a session open. */
const STALLED = 30_000

/** The URL by which a client of `origin` is promised `asset`. */
export function promisedUrl(asset: Asset, origin: string): string {
  return origin + pathOf(asset, origin)
}

function pathOf({ url }: Asset, origin: string): string {
  return pathOnOrigin(url, origin) ?? url
}

/** One promise made to the client, from its PUSH_PROMISE to the end of its stream. */
export class Push {
  readonly asset: Asset
  /** The URL promised, with its origin. */
  readonly url: string
  /** The client gets it without a push: it is not to be pushed again. */
  superfluous = false
  readonly #promise: OutgoingHttpHeaders
  readonly #since = performance.now()
  #stream: ServerHttp2Stream | undefined
  /** A stream that has closed no longer knows its own. */
  #session: Http2Session | undefined
  #progress: Progress | undefined
  /** Of the body, once there is one. */
  #length: number | undefined
  #abandoned = false

  constructor(asset: Asset, { origin, acceptEncoding }: Asker) {
    const { protocol, host } = new URL(origin)
    this.asset = asset
    this.url = promisedUrl(asset, origin)
    this.#promise = {
      ':method': 'GET',
      ':scheme': protocol.slice(0, -1),
      ':authority': host,
      ':path': pathOf(asset, origin),
      ...(acceptEncoding !== '' && { 'accept-encoding': acceptEncoding }),
    }
  }

  /**
   * Sends the PUSH_PROMISE: the GET that the client would have sent, its `Accept-Encoding` included
   * (RFC 9113 §8.4.1). `made` is told when there is a stream to keep it on, or why there is none.
   *
   * @throws Error at once where the session can't push any more.
   */
  promise(page: ServerHttp2Stream, made: (error: Error | null) => void): void {
    page.pushStream(this.#promise, (error, stream) => {
      if (error) return made(error)
      // A client's REFUSED_STREAM or PROTOCOL_ERROR is an 'error' event, which ends the process when unheard.
      stream.on('error', () => {})
      this.#session = stream.session
      // The page's own handler goes first: this would come before what an async one does at once.
      setImmediate(() => {
        this.#begin(stream)
        made(null)
      })
    })
  }

  #begin(stream: ServerHttp2Stream): void {
    this.#stream = stream
    stream.setTimeout(STALLED, () => this.abandon())
    if (this.#abandoned) return this.abandon()
    this.#progress = SessionScheduler.find(stream)?.adopt(stream, {
      urgency: urgencyOf(isUrgentImage(this.asset) ? 'style' : this.asset.as),
    })
  }

  /** Calls back when its stream has closed; at once, where it is over already. */
  ended(callback: () => void): void {
    if (this.#stream === undefined || this.#stream.destroyed) return callback()
    this.#stream.once('close', callback)
  }

  /** Whether it can still be kept. */
  get open(): boolean {
    return this.#stream?.closed === false
  }

  /** Nothing of its body is on its way. */
  get #untouched(): boolean {
    return (this.#progress?.handed ?? this.#length ?? 0) === 0
  }

  keep({ status, headers, body }: Answer): void {
    this.#length = body.length
    this.#stream?.respond({ ':status': status, ...headers })
    this.#stream?.end(body)
  }

  /** Resets its stream now or, where there is none yet, at once when there is. */
  abandon(): void {
    const stream = this.#stream
    if (stream?.closed !== true) this.#abandoned = true
    if (stream === undefined || stream.destroyed) return
    if (!stream.closed) stream.close(NGHTTP2_CANCEL)
    // The RST_STREAM of a client that does not read is never sent: nothing is kept for it till then.
    stream.destroy()
  }

  /** The client has asked for it itself: unless it is on its way already, that answer will do. */
  giveWay(): void {
    if (!this.#untouched) return
    this.superfluous = true
    this.abandon()
  }

  /** Body bytes that went to the socket. */
  get sent(): number {
    const { writableFinished = false } = this.#stream ?? {}
    return this.#progress?.sent ?? ((writableFinished && this.#length) || 0)
  }

  /** Milliseconds since the promise. */
  get age(): number {
    return performance.now() - this.#since
  }

  /** How it ended; Node resets the streams of a client that is gone as if it had cancelled them. */
  outcome(): PushEvent['outcome'] {
    const { rstCode = NGHTTP2_NO_ERROR } = this.#stream ?? {}
    if (this.#abandoned) return 'abandoned'
    if (rstCode === NGHTTP2_NO_ERROR) return this.sent === this.#length ? 'delivered' : 'abandoned'
    if (this.#session?.destroyed === true) return 'abandoned'
    return rstCode === NGHTTP2_REFUSED_STREAM ? 'refused' : 'cancelled'
  }
}
