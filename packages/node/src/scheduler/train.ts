import type { Gate } from './gate.js'
import { compare } from './order.js'

/**
 * Responses of one urgency that HTTP/2 has been handed to their ends, in order. They are looked at
 * together: one by one, what a burst of requests costs would grow with its square.
 */
export class Train {
  /** What they have not sent yet. */
  bytes = 0
  readonly #urgency: number
  readonly #wire: number | undefined
  readonly #gates: Gate[] = []

  constructor({ urgency, wire }: Gate) {
    this.#urgency = urgency
    this.#wire = wire
  }

  get first(): Gate | undefined {
    return this.#gates[0]
  }

  get last(): Gate | undefined {
    return this.#gates.at(-1)
  }

  some(test: (gate: Gate) => boolean): boolean {
    return this.#gates.some(test)
  }

  takes({ urgency, wire }: Gate): boolean {
    return urgency === this.#urgency && wire === this.#wire
  }

  add(gate: Gate): void {
    const place = this.#placeOf(gate)
    if (place === this.#gates.length) this.#gates.push(gate)
    else this.#gates.splice(place, 0, gate)
    this.bytes += gate.inFlight
    gate.train = this
  }

  delete(gate: Gate): void {
    if (gate === this.first) this.#gates.shift()
    else this.#gates.splice(this.#gates.indexOf(gate), 1)
    this.bytes -= gate.inFlight
    gate.train = undefined
  }

  /** The last of those that go ahead of `gate`. */
  before(gate: Gate): Gate | undefined {
    return this.#gates[this.#placeOf(gate) - 1]
  }

  /** How many go ahead of `gate`: mostly all. */
  #placeOf(gate: Gate): number {
    const { last } = this
    if (last === undefined || compare(last, gate) < 0) return this.#gates.length
    return this.#gates.findLastIndex((other) => compare(other, gate) < 0) + 1
  }

  /** Those that were handed on before `since`, by `performance.now()`. */
  olderThan(since: number): Gate[] {
    return this.#gates.filter((gate) => gate.lastHanded < since)
  }
}
