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
    if (this.#pages.size > 0) this.#pages.delete(gate)
  }

  wrote(gate: Gate, size: number): void {
    this.#pages.get(gate)?.wrote(size)
  }

  written(gate: Gate): void {
    this.#pages.get(gate)?.written()
  }

  /** Of those that may still have something to say, the one that may say it first. */
  get expected(): Page | undefined {
    let first: Page | undefined
    for (const page of this.#pages.values()) {
      if (page.expected && (first === undefined || earliest(page) < earliest(first))) first = page
    }
    return first
  }
}

/** One of whose route nothing is known may write at any time. */
function earliest({ due = 0 }: Page): number {
  return due
}
