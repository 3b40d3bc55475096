import type { Gate } from './gate.js'
import { compare, shares } from './order.js'

/** How long it is waited for, in ms: what reading a file takes on a busy machine. */
const PROMPT = 10

/**
 * What has just been asked for and not been answered yet: sources that read files are ready in any
 * order, so what goes first is waited for a little.
 */
export class Asked {
  /** In the order of asking. */
  readonly #gates = new Set<Gate>()

  add(gate: Gate): void {
    this.#gates.add(gate)
  }

  delete(gate: Gate): void {
    this.#gates.delete(gate)
  }

  /** Whether one of them keeps `gate` waiting. */
  hold(gate: Gate, now: number): boolean {
    const past = now - PROMPT
    for (const asked of this.#gates) {
      if (asked.asked < past) this.#gates.delete(asked)
      else if (!asked.page && !shares(asked, gate) && compare(asked, gate) < 0) return true
    }
    return false
  }
}
