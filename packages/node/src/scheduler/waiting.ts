import type { Gate } from './gate.js'
import { compare } from './order.js'

/** After that long a response that waits gets a batch past all that outrank it, in ms. */
const STARVING = 2000

/** The gates at which bytes wait. */
export class Waiting {
  readonly #gates = new Set<Gate>()
  /** The first in order; undefined where that has to be found out again. */
  #first: Gate | undefined
  /** When anything began to wait: nobody has waited for longer. */
  #since = 0

  get size(): number {
    return this.#gates.size
  }

  add(gate: Gate): void {
    if (this.#gates.size === 0) this.#since = gate.since
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
    if (this.#gates.size === 0) return undefined
    return this.#starving() ?? (this.#first ??= this.#find())
  }

  #starving(): Gate | undefined {
    if (this.#since > performance.now() - STARVING) return undefined
    const [longest] = this.#gates
    this.#since = longest?.since ?? 0
    return longest !== undefined && starves(longest) ? longest : undefined
  }

  #find(): Gate | undefined {
    let best: Gate | undefined
    for (const gate of this.#gates) {
      if (best === undefined || compare(gate, best) < 0) best = gate
    }
    return best
  }
}

export function starves(gate: Gate): boolean {
  return gate.since < performance.now() - STARVING
}
