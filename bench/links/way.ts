import type { Socket } from 'node:net'

/** One way of a link, and what TCP's congestion control lets onto it. */
export interface LinkOptions {
  /** Bits a second, each way. */
  readonly bitrate: number
  /** Round-trip time in ms. */
  readonly rtt: number
}

const SEGMENT = 1448
const INITIAL_SEGMENTS = 10
/** Bytes that wait for the link before its source is paused: a home router's buffer. */
const QUEUE = 64 * 1024
/** A timer can be that late, in ms: the rest is waited for turn by turn of the event loop. */
const TIMER = 2

interface Segment {
  readonly data: Buffer
  readonly arrival: number
  readonly acknowledged: number
}

/**
 * Carries bytes from one socket to another as a link would: serialised at its rate, half a round
 * trip on the way, never more on the way than the congestion window. All times are computed, not
 * taken from timers, so that late timers do not add up; one FIFO and one timer keep the order.
 */
export class Way {
  readonly #from: Socket
  readonly #to: Socket
  readonly #link: LinkOptions
  readonly #waiting: Buffer[] = []
  readonly #onTheWay: Segment[] = []
  readonly #unacknowledged: Segment[] = []
  #queued = 0
  #inFlight = 0
  #window = INITIAL_SEGMENTS * SEGMENT
  #free = 0
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined
  #ended = false

  constructor(from: Socket, to: Socket, link: LinkOptions) {
    this.#from = from
    this.#to = to
    this.#link = link
    from.on('data', (data: Buffer) => this.#accept(data))
    from.on('end', () => this.#end())
  }

  close(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#ended = true
  }

  #end(): void {
    this.#ended = true
    if (this.#queued === 0 && this.#onTheWay.length === 0) this.#to.end()
  }

  #accept(data: Buffer): void {
    this.#waiting.push(data)
    this.#queued += data.length
    if (this.#queued > QUEUE) this.#from.pause()
    this.#send(performance.now())
    this.#schedule()
  }

  /** Puts on the link what the congestion window lets through at `now`. */
  #send(now: number): void {
    while (this.#queued > 0) {
      const size = Math.min(SEGMENT, this.#queued)
      if (this.#inFlight + size > this.#window) break
      const start = Math.max(now, this.#free)
      this.#free = start + (size * 8000) / this.#link.bitrate
      const arrival = this.#free + this.#link.rtt / 2
      const segment = {
        data: this.#take(size),
        arrival,
        acknowledged: arrival + this.#link.rtt / 2,
      }
      this.#onTheWay.push(segment)
      this.#unacknowledged.push(segment)
      this.#inFlight += size
    }
    if (this.#queued <= QUEUE && this.#from.isPaused()) this.#from.resume()
  }

  #take(size: number): Buffer {
    const parts: Buffer[] = []
    let missing = size
    while (missing > 0) {
      const head = this.#waiting[0]!
      parts.push(head.subarray(0, missing))
      if (head.length > missing) this.#waiting[0] = head.subarray(missing)
      else this.#waiting.shift()
      missing -= Math.min(head.length, missing)
    }
    this.#queued -= size
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#turn !== undefined) return
    const next = Math.min(
      this.#onTheWay[0]?.arrival ?? Infinity,
      this.#unacknowledged[0]?.acknowledged ?? Infinity,
    )
    if (next === Infinity) return
    const wait = next - performance.now()
    if (wait > TIMER) this.#timer = setTimeout(() => this.#tick(), wait - TIMER)
    else this.#turn = setImmediate(() => this.#tick())
  }

  #tick(): void {
    this.#timer = this.#turn = undefined
    const now = performance.now()
    while (this.#unacknowledged[0] !== undefined && this.#unacknowledged[0].acknowledged <= now) {
      const { data, acknowledged } = this.#unacknowledged.shift()!
      this.#inFlight -= data.length
      this.#window += data.length // slow start: one segment more for each that has arrived
      this.#send(acknowledged)
    }
    const arrived: Buffer[] = []
    while (this.#onTheWay[0] !== undefined && this.#onTheWay[0].arrival <= now) {
      arrived.push(this.#onTheWay.shift()!.data)
    }
    if (arrived.length > 0 && this.#to.writable) this.#to.write(Buffer.concat(arrived))
    if (this.#ended && this.#queued === 0 && this.#onTheWay.length === 0) this.#to.end()
    this.#schedule()
  }
}
