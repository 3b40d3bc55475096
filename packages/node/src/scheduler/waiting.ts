import type { Gate } from './gate.js'
import { compare } from './order.js'

/** After that long a response that waits gets a batch past all that outrank it, in ms. */
const STARVING = 2000

/** The gates at which bytes wait. */
export class Waiting {
  readonly #gates = new Set<Gate>()
  /** The first in order; undefined where that has to be found out again. */
  #first: Gate | undefined

  get size(): number {
    return this.#gates.size
  }

  add(gate: Gate): void {
    const first = this.#gates.size === 0 ? gate : this.#first
    this.#gates.add(gate)
    this.#first = first !== undefined && compare(gate, first) < 0 ? gate : first
  }

  delete(gate: Gate): void {
    if (this.#gates.delete(gate) && gate === this.#first) this.#first = undefined
  }

  /** The order of what waits has changed. */
  reorder(): void {
    this.#first = undefined
  }

  /** Whose turn it is. */
  get next(): Gate | undefined {
    const [longest] = this.#gates
    if (longest === undefined || starves(longest)) return longest
    this.#first ??= this.#find(longest)
    return this.#first
  }

  #find(first: Gate): Gate {
    let best = first
    for (const gate of this.#gates) if (compare(gate, best) < 0) best = gate
    return best
  }
}

export function starves(gate: Gate): boolean {
  return gate.since < performance.now() - STARVING
}
