import type { Gate } from './gate.js'
import type { Page } from './page.js'

/**
 * Pages that nothing else is asked for beside, in any order. An array in which each knows its place:
 * a map would take longer than all else that is done for such a page.
 */
export class Alone {
  #all: { readonly gate: Gate; readonly page: Page }[] = []

  get size(): number {
    return this.#all.length
  }

  /** Asked for twice, the last counts. */
  add(gate: Gate, page: Page): void {
    this.delete(gate)
    gate.page = true
    gate.alone = this.#all.push({ gate, page }) - 1
  }

  delete(gate: Gate): void {
    const { alone } = gate
    if (alone === undefined) return
    gate.alone = undefined
    const last = this.#all.pop()
    if (last === undefined || last.gate === gate) return
    this.#all[alone] = last
    last.gate.alone = alone
  }

  /** None of them is alone any more. Returns who was. */
  clear(): readonly { readonly gate: Gate; readonly page: Page }[] {
    const all = this.#all
    for (const { gate } of all) gate.alone = undefined
    this.#all = []
    return all
  }
}
