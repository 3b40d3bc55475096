import type { Gate } from './gate.js'
import type { Page } from './page.js'

/** The pages of a session that are not over. */
export class Pages {
  readonly #pages = new Map<Gate, Page>()

  get size(): number {
    return this.#pages.size
  }

  add(gate: Gate, page: Page): void {
    if (!this.#pages.has(gate)) this.#pages.set(gate, page)
  }

  delete(gate: Gate): void {
    this.#pages.delete(gate)
  }

  wrote(gate: Gate, size: number): void {
    this.#pages.get(gate)?.wrote(size)
  }

  written(gate: Gate): void {
    this.#pages.get(gate)?.written()
  }

  /** The one that may still have something to say. */
  get expected(): Page | undefined {
    for (const page of this.#pages.values()) if (page.expected) return page
    return undefined
  }
}
