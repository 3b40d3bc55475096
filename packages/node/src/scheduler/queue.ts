import type { Gate } from './gate.js'
import { compare } from './order.js'

/** Gates in the order in which they are sent. */
export class Queue {
  readonly #gates: Gate[] = []
  /** How many of them have left at the front: to move up the others each time would cost too much. */
  #left = 0

  get first(): Gate | undefined {
    return this.#gates[this.#left]
  }

  get last(): Gate | undefined {
    return this.#gates.at(-1)
  }

  get all(): readonly Gate[] {
    return this.#gates.slice(this.#left)
  }

  add(gate: Gate): void {
    const place = this.#placeOf(gate)
    if (place === this.#gates.length) this.#gates.push(gate)
    else this.#gates.splice(place, 0, gate)
  }

  delete(gate: Gate): void {
    if (gate !== this.first) this.#gates.splice(this.#gates.indexOf(gate, this.#left), 1)
    else this.#left += 1
    if (this.#left === this.#gates.length) this.#gates.length = this.#left = 0
    else if (2 * this.#left >= this.#gates.length) this.#moveUp()
  }

  /** What they are has changed. */
  sort(): void {
    this.#moveUp()
    this.#gates.sort(compare)
  }

  #moveUp(): void {
    if (this.#left > 0) this.#gates.splice(0, this.#left)
    this.#left = 0
  }

  /** Behind all that go ahead of `gate`: mostly the end. A loop, since V8 calls what `findLastIndex` is given. */
  #placeOf(gate: Gate): number {
    let place = this.#gates.length
    for (; place > this.#left; place--) {
      const other = this.#gates[place - 1]
      if (other !== undefined && compare(other, gate) < 0) return place
    }
    return place
  }
}
