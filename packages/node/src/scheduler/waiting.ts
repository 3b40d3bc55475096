import type { Gate } from './gate.js'
import { Queue } from './queue.js'

/** After that long a response that waits gets a frame past all that outrank it, in ms. */
const STARVING = 2000
/** One of them in that time, in ms: many at once would be what a page then waits for. */
const BETWEEN = STARVING / 4
/** Bytes that may wait before their sources do: what a burst of requests finds ready at its turn. */
const READ_AHEAD = 1024 * 1024

/** The gates at which bytes wait. */
export class Waiting {
  /** With the bytes that are counted of each. */
  readonly #gates = new Map<Gate, number>()
  readonly #queue = new Queue()
  /** Those whose source waits too. */
  readonly #sources = new Set<Gate>()
  #bytes = 0
  /** When anything began to wait: nobody has waited for longer. */
  #since = 0
  /** When one that starved had its turn. */
  #fed = -Infinity

  get size(): number {
    return this.#gates.size
  }

  add(gate: Gate): void {
    if (!this.#gates.has(gate)) {
      if (this.#gates.size === 0) this.#since = gate.since
      this.#queue.add(gate)
      this.#gates.set(gate, 0)
    }
    this.grew(gate)
  }

  /** More bytes wait at `gate` than before. */
  grew(gate: Gate): void {
    const counted = this.#gates.get(gate)
    const size = gate.waiting?.size ?? 0
    if (counted === undefined) return
    this.#gates.set(gate, size)
    this.#bytes += size - counted
    if (gate.mayReadAhead) this.#sources.add(gate)
  }

  delete(gate: Gate): void {
    const counted = this.#gates.get(gate)
    if (counted === undefined) return
    this.#bytes -= counted
    this.#sources.delete(gate)
    this.#gates.delete(gate)
    this.#queue.delete(gate)
  }

  /** The order of what waits has changed. */
  reorder(): void {
    this.#queue.sort()
  }

  /** Has sources go on, so that their next bytes are ready when their turn comes. */
  readAhead(): void {
    for (const gate of this.#sources) {
      if (this.#bytes >= READ_AHEAD) return
      this.#sources.delete(gate)
      gate.waiting?.report()
    }
  }

  /** Whose turn it is. */
  get first(): Gate | undefined {
    return this.#queue.first
  }

  /** Who has waited for too long, and may have a turn now. */
  starving(now: number): Gate | undefined {
    if (this.#since > now - STARVING || this.#fed > now - BETWEEN) return undefined
    const [longest] = this.#gates.keys()
    this.#since = longest?.since ?? 0
    return longest !== undefined && longest.since < now - STARVING ? longest : undefined
  }

  /** One that starved has had its turn. */
  fed(now: number): void {
    this.#fed = now
  }
}
