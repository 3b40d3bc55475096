import { once } from 'node:events'
import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Answer } from '../answer.js'
import type { PushEvent } from '../events.js'
import { cancel, type Promised } from './promise.js'

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants

/** Bytes handed to HTTP/2 at a time: what the page may have to wait for. One DATA frame of the default size. */
const PIECE = 16_384

export interface Pushing extends Promised {
  /** Asked for when its turn comes: asking for all at once would hold up the page's own handler. */
  readonly answer: () => Promise<Answer>
}

export interface Outcome {
  readonly promised: Promised
  readonly outcome: PushEvent['outcome']
  readonly bytes: number
}

/**
 * Keeps the promises of one page: one after another, in plan order, and none while the page has
 * something to send. Replaceable by a scheduler that orders all streams of a session.
 */
export class PushQueue {
  readonly #page: ServerHttp2Stream
  readonly #settled: (outcome: Outcome) => void
  readonly #waiting: Pushing[] = []
  #running = false
  #pageStarted = false
  #cancelled = false

  constructor(page: ServerHttp2Stream, settled: (outcome: Outcome) => void) {
    this.#page = page
    this.#settled = settled
  }

  add(pushing: Pushing): void {
    this.#waiting.push(pushing)
    if (this.#running) return
    this.#running = true
    setImmediate(() => void this.#run())
  }

  /** The page's headers are about to be written: from now on its bytes go first. */
  pageStarts(): void {
    this.#pageStarted = true
  }

  /** What is not sent yet is not sent: the answer is no page, or its client is gone. */
  cancel(): void {
    this.#cancelled = true
    for (const { stream } of this.#waiting) cancel(stream)
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const sent = { bytes: 0 }
      const outcome = await this.#keep(next, sent)
      this.#waiting.shift()
      this.#settled({ promised: next, outcome, ...sent })
    }
    this.#running = false
  }

  async #keep(next: Pushing, sent: { bytes: number }): Promise<PushEvent['outcome']> {
    const { stream } = next
    try {
      await this.#send(next, sent)
    } catch {
      if (!this.#cancelled && stream.closed) return resetOf(stream)
      cancel(stream)
      return 'abandoned'
    }
    return stream.rstCode === NGHTTP2_NO_ERROR ? 'delivered' : resetOf(stream)
  }

  async #send({ stream, answer }: Pushing, sent: { bytes: number }): Promise<void> {
    const { status, headers, body } = await answer()
    if (status !== 200) throw new Error(`the asset answers ${status}`)
    await this.#pageHasGone()
    stream.respond({ ':status': status, ...headers })
    for (let at = 0; at < body.length; at += PIECE) {
      await this.#pageHasGone()
      await write(stream, body.subarray(at, at + PIECE))
      sent.bytes = Math.min(at + PIECE, body.length)
    }
    stream.end()
    if (!stream.destroyed) await once(stream, 'close')
  }

  /** `finish`: all of the page is with the socket. `close`: there is no page any more. */
  async #pageHasGone(): Promise<void> {
    if (this.#cancelled) throw new Error('cancelled')
    const started = this.#pageStarted || this.#page.headersSent
    if (!started || this.#page.writableFinished || this.#page.destroyed) return
    await new Promise<void>((resolve) => {
      // Node hands the frame that ends the page over one turn after 'finish'.
      this.#page.once('finish', () => setImmediate(resolve))
      this.#page.once('close', resolve)
    })
    if (this.#cancelled) throw new Error('cancelled')
  }
}

function write(stream: ServerHttp2Stream, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error ? reject(error) : resolve()))
  })
}

function resetOf(stream: ServerHttp2Stream): PushEvent['outcome'] {
  return stream.rstCode === NGHTTP2_REFUSED_STREAM ? 'refused' : 'cancelled'
}
