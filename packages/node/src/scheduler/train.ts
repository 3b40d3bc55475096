import type { Gate } from './gate.js'
import { Queue } from './queue.js'

/**
 * Responses of one urgency that HTTP/2 has been handed to their ends, in order. They are looked at
 * together: one by one, what a burst of requests costs would grow with its square.
 */
export class Train {
  /** What they have not sent yet. */
  bytes = 0
  readonly #urgency: number
  readonly #wire: number | undefined
  readonly #gates = new Queue()

  constructor({ urgency, wire }: Gate) {
    this.#urgency = urgency
    this.#wire = wire
  }

  get first(): Gate | undefined {
    return this.#gates.first
  }

  get last(): Gate | undefined {
    return this.#gates.last
  }

  takes({ urgency, wire }: Gate): boolean {
    return urgency === this.#urgency && wire === this.#wire
  }

  add(gate: Gate): void {
    this.#gates.add(gate)
    this.bytes += gate.inFlight
    gate.train = this
  }

  delete(gate: Gate): void {
    this.#gates.delete(gate)
    this.bytes -= gate.inFlight
    gate.train = undefined
  }

  some(test: (gate: Gate) => boolean): boolean {
    return this.#gates.all.some(test)
  }

  /** Those that were handed on before `since`, by `performance.now()`. */
  olderThan(since: number): Gate[] {
    return this.#gates.all.filter((gate) => gate.lastHanded < since)
  }
}
