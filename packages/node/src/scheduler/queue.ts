import type { Gate } from './gate.js'
import { compare } from './order.js'

/** Gates in the order in which they are sent. */
export class Queue implements Iterable<Gate> {
  readonly #gates: Gate[] = []

  get first(): Gate | undefined {
    return this.#gates[0]
  }

  get last(): Gate | undefined {
    return this.#gates.at(-1)
  }

  [Symbol.iterator](): Iterator<Gate> {
    return this.#gates[Symbol.iterator]()
  }

  add(gate: Gate): void {
    const place = this.#placeOf(gate)
    if (place === this.#gates.length) this.#gates.push(gate)
    else this.#gates.splice(place, 0, gate)
  }

  delete(gate: Gate): void {
    if (gate === this.first) this.#gates.shift()
    else this.#gates.splice(this.#gates.indexOf(gate), 1)
  }

  /** The last of those that go ahead of `gate`. */
  before(gate: Gate): Gate | undefined {
    return this.#gates[this.#placeOf(gate) - 1]
  }

  /** What they are has changed. */
  sort(): void {
    this.#gates.sort(compare)
  }

  /** How many go ahead of `gate`: mostly all. A loop, since V8 calls what `findLastIndex` is given. */
  #placeOf(gate: Gate): number {
    let place = this.#gates.length
    for (; place > 0; place--) {
      const other = this.#gates[place - 1]
      if (other !== undefined && compare(other, gate) < 0) return place
    }
    return place
  }
}
