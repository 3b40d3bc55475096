import type { Gate } from './gate.js'
import { compare, shares } from './order.js'
import type { Outlook } from './pacer.js'

/** How long it keeps others waiting at most, in ms: what reading a dozen files takes on a busy machine. */
const AWAITED = 20
/** For how long no more goes ahead of it than the link takes away, in ms: what a slow disk takes. */
const EXPECTED = 200

/**
 * What has just been asked for and not been answered yet: sources that read files are ready in any
 * order, so what goes first is waited for a little: a round trip at most, since to one who is near,
 * what is sent meanwhile delays it by less than the wait would.
 */
export class Asked {
  /** In the order of asking; what has been answered stays while what was asked for before it is awaited. */
  readonly #gates: Gate[] = []
  /** How urgent the first of them was when it was asked for. */
  #urgency = 0
  #uneven = false

  /** Whether some were asked for more urgently than others: what those are sent may delay these. */
  get uneven(): boolean {
    return this.#uneven
  }

  add(gate: Gate): void {
    this.drop(gate.asked - EXPECTED)
    if (this.#gates.length === 0) this.#urgency = gate.urgency
    this.#uneven ||= gate.urgency !== this.#urgency
    this.#gates.push(gate)
  }

  /** Whether one of them keeps `gate` waiting. */
  hold(gate: Gate, now: number, roundTrip: number): boolean {
    const since = now - Math.min(AWAITED, roundTrip)
    for (let n = this.#gates.length - 1; n >= 0; n--) {
      const asked = this.#gates[n]
      if (asked === undefined || asked.asked < since) return false
      if (isAwaited(asked) && goesAhead(asked, gate)) return true
    }
    return false
  }

  /** What is more urgent than `gate`, and not to be delayed by it, though it no longer keeps it waiting. */
  ahead({ urgency }: Gate): Outlook | undefined {
    if (!this.#uneven) return undefined
    this.drop(performance.now() - EXPECTED)
    const ahead = this.#gates.find((asked) => isAwaited(asked) && asked.urgency < urgency)
    return ahead && { since: ahead.asked, started: false, due: undefined, size: 0 }
  }

  /** Nobody waits any longer for what has been answered, or was asked for before `past` by `performance.now()`. */
  drop(past = 0): void {
    let [first] = this.#gates
    while (first !== undefined && !(isAwaited(first) && first.asked >= past)) {
      this.#gates.shift()
      first = this.#gates[0]
    }
    if (first === undefined) this.#uneven = false
  }
}

function isAwaited({ page, begun, closed }: Gate): boolean {
  return !page && !begun && !closed
}

function goesAhead(asked: Gate, gate: Gate): boolean {
  return !shares(asked, gate) && compare(asked, gate) < 0
}
