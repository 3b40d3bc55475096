import type { Gate } from './gate.js'
import { holds, keepsOrder, LULL, shares } from './order.js'
import { Train } from './train.js'

/** What HTTP/2 sends at a time of one stream, before it turns to the next (RFC 9113 §4.2). */
export const FRAME = 16_384
/** Handed to HTTP/2 at a time: what a more urgent response may have to wait for. */
export const PIECE = 65_536
/** The same, of what HTTP/2 itself keeps in order: so much to begin with, ... */
const BATCH = 4 * PIECE
/** ... for a client that is near, whom it delays by less, what a whole page weighs, ... */
const NEAR_BATCH = 32 * PIECE
/** ... and up to this much where the socket takes all of it promptly. */
const LARGEST_BATCH = 64 * PIECE
/** Which is in less than that, in ms: longer than a turn of a busy event loop. */
const PROMPT = 20

/** The gates whose response has begun and is not over; but of what has gone past, only how much. */
export class Live {
  /** Those that have more to come, or go on one by one. */
  readonly #gates = new Set<Gate>()
  /** All others. */
  readonly #trains: Train[] = []
  readonly #far: () => boolean
  readonly #byUrgency: boolean
  /** Bytes that have gone past them, of responses that are not over. */
  #passed = 0
  /** How much HTTP/2 is given at once; undefined: nobody has asked yet. */
  #size: number | undefined
  /** Since when, by `performance.now()`, ... */
  #since = 0
  /** ... and whether that was too little. */
  #filled = false

  /** `far`: whether the client is; `byUrgency`: whether HTTP/2 itself sends by that. */
  constructor(far: () => boolean, byUrgency: boolean) {
    this.#far = far
    this.#byUrgency = byUrgency
  }

  get #batch(): number {
    return (this.#size ??= this.#far() ? BATCH : NEAR_BATCH)
  }

  /** Lets `size` bytes of `gate` go past, if they are few, and there is nothing that they could overtake. */
  letPast(gate: Gate, size: number, now: number): boolean {
    if (!this.#byUrgency || size > PIECE || this.#passed + size > this.#batch) return false
    if (this.#gates.size > 0 || this.#trainsInFlight) return false
    this.#passed += size
    gate.passed = size
    gate.lastHanded = now
    return true
  }

  /** `size` bytes of `gate` have been handed to HTTP/2. */
  add(gate: Gate, size: number): void {
    // It writes more than it has announced.
    if (gate.train !== undefined) gate.train.bytes += size
    else if (gate.page || gate.incremental || !gate.handedWhole) this.#gates.add(gate)
    else this.#couple(gate)
  }

  #couple(gate: Gate): void {
    if (this.#gates.size > 0) this.#gates.delete(gate)
    this.#trainFor(gate).add(gate)
  }

  /** From now on `gate` goes by itself: what it is changes, or it stalls. */
  uncouple(gate: Gate): void {
    if (gate.train === undefined) return
    gate.train.delete(gate)
    this.#gates.add(gate)
  }

  #trainFor(gate: Gate): Train {
    const known = this.#trains.find((train) => train.takes(gate))
    if (known !== undefined) return known
    const train = new Train(gate)
    this.#trains.push(train)
    return train
  }

  /** One that went past is over. */
  arrived(gate: Gate, now: number): void {
    this.#passed -= gate.passed
    gate.passed = 0
    // How long one took that its client gave up says nothing of the socket.
    if (!gate.stream.rstCode) this.#adapt(gate.lastHanded, now)
  }

  delete(gate: Gate): void {
    if (gate.train !== undefined) gate.train.delete(gate)
    else if (this.#gates.size > 0) this.#gates.delete(gate)
  }

  /** `size` bytes of `gate` are with the socket. */
  written(gate: Gate, size: number, now: number): void {
    // That a stalled one took long says nothing of the socket.
    if (!gate.stalled) this.#adapt(gate.lastHanded, now)
    if (gate.train !== undefined) gate.train.bytes -= size
    if (gate.complete) this.delete(gate)
  }

  /** What was `handed` on then is with the socket now. */
  #adapt(handed: number, now: number): void {
    if (now - handed > PROMPT) this.#resize(PIECE, now)
    else if (this.#filled && handed >= this.#since) this.#resize(2 * this.#batch, now)
  }

  #resize(batch: number, now: number): void {
    this.#size = Math.min(batch, LARGEST_BATCH)
    this.#since = now
    this.#filled = false
  }

  /**
   * Whether they keep `size` bytes of `gate` waiting. What fits one frame goes together, since HTTP/2
   * sends that in the order it is handed over, and so does what HTTP/2 itself keeps in order.
   */
  hold(gate: Gate, size: number, now: number): boolean {
    let bytes = size + this.#passed
    let limit = Infinity
    for (const train of this.#trains) {
      const { first } = train
      if (first === undefined || !holds(first, gate, now)) continue
      bytes += train.bytes
      limit = Math.min(limit, this.#roomBehind(train, gate))
    }
    for (const live of this.#gates) {
      if (this.#keepsTurn(live, gate, now)) return true
      if (!holds(live, gate, now)) continue
      bytes += live.inFlight
      limit = Math.min(limit, this.#roomBeside(live, gate))
      if (limit === 0) return true
    }
    if (bytes <= limit) return false
    if (limit === this.#batch) this.#filled = true
    return true
  }

  /**
   * Whether `gate`, which shares with `live`, is to wait for the rest of its turn, or for its
   * END_STREAM, which would else come behind all that goes with it: for as long as a socket takes
   * that is not full, and not where the client is near, to whom that is no delay.
   */
  #keepsTurn(live: Gate, gate: Gate, now: number): boolean {
    if (live === gate || live.stalled || now - live.lastHanded > LULL) return false
    return shares(live, gate) && (inTurn(live) || (live.atEnd && this.#far()))
  }

  /** How much HTTP/2 may have at a time, so that no byte of `gate` overtakes what `live` has handed it. */
  #roomBeside(live: Gate, gate: Gate): number {
    if (live.page || hasMore(live, gate)) return 0
    if (shares(live, gate) || this.#keepsOrder(live, gate)) return this.#batch
    return live.inFlight > FRAME || follows(live, gate) ? 0 : PIECE
  }

  #roomBehind(train: Train, gate: Gate): number {
    const { last } = train
    if (last === undefined || this.#keepsOrder(last, gate)) return this.#batch
    return train.bytes > FRAME || train.some((live) => follows(live, gate)) ? 0 : PIECE
  }

  /** Whether HTTP/2 sends what it has of `live` before what it is handed of `gate`. */
  #keepsOrder(live: Gate, gate: Gate): boolean {
    return this.#byUrgency && keepsOrder(live, gate)
  }

  get #trainsInFlight(): boolean {
    return this.#trains.some(({ bytes }) => bytes > 0)
  }

  /** Whether HTTP/2 has anything that should be with the socket soon, beside what has gone past. */
  get inFlight(): boolean {
    if (this.#trainsInFlight) return true
    return [...this.#gates].some(({ inFlight, stalled }) => inFlight > 0 && !stalled)
  }

  /**
   * What was handed on well before `asked` and is still not with the socket waits for its own
   * flow-control window, or to be let in by the client. Returns how many bytes no longer count.
   */
  stall(asked: number): number {
    const late = this.#trains.flatMap((train) => train.olderThan(asked - LULL))
    for (const gate of late) this.uncouple(gate)
    let bytes = 0
    for (const live of this.#gates) {
      if (live.stalled || live.inFlight === 0 || live.lastHanded >= asked - LULL) continue
      live.stalled = true
      bytes += live.counted
      live.counted = 0
    }
    return bytes
  }
}

/** Whether it has had a part of its turn, and has something to use the rest of it for. */
function inTurn({ taken, waiting, inFlight, ending }: Gate): boolean {
  return taken > 0 && (waiting !== undefined || inFlight > 0 || ending)
}

/** Whether `gate` is to come after bytes of `live` that HTTP/2 has not been handed yet. */
function hasMore(live: Gate, gate: Gate): boolean {
  if (live.complete || shares(live, gate)) return false
  return live.waiting !== undefined || !live.ended || live.ending
}

/** HTTP/2 takes in bytes once it has sent the headers before them: until then, those of others pass. */
function follows(live: Gate, gate: Gate): boolean {
  return live.sent === 0 && live.head > gate.head
}
