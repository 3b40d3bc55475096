import type { Gate } from './gate.js'
import { compare, shares } from './order.js'

/** How long it is waited for at most, in ms: what reading a dozen files takes on a busy machine. */
const AWAITED = 20

/**
 * What has just been asked for and not been answered yet: sources that read files are ready in any
 * order, so what goes first is waited for a little: a round trip at most, since to one who is near,
 * what is sent meanwhile delays it by less than the wait would.
 */
export class Asked {
  /** In the order of asking; what has been answered stays while what was asked for before it is awaited. */
  readonly #gates: Gate[] = []

  add(gate: Gate): void {
    this.drop(gate.asked - AWAITED)
    this.#gates.push(gate)
  }

  /** Whether one of them keeps `gate` waiting. */
  hold(gate: Gate, now: number, roundTrip: number): boolean {
    this.drop(now - Math.min(AWAITED, roundTrip))
    return this.#gates.some((asked) => isAwaited(asked) && goesAhead(asked, gate))
  }

  /** Nobody waits any longer for what has been answered, or was asked for before `past` by `performance.now()`. */
  drop(past = 0): void {
    let [first] = this.#gates
    while (first !== undefined && !(isAwaited(first) && first.asked >= past)) {
      this.#gates.shift()
      first = this.#gates[0]
    }
  }
}

function isAwaited({ page, begun, closed }: Gate): boolean {
  return !page && !begun && !closed
}

function goesAhead(asked: Gate, gate: Gate): boolean {
  return !shares(asked, gate) && compare(asked, gate) < 0
}
