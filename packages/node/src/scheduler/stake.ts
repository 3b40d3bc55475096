import { Asked } from './asked.js'
import type { Gate } from './gate.js'
import { FRAME, PIECE } from './live.js'
import { SEGMENT } from './link-rate.js'
import type { Outlook, Pacer } from './pacer.js'
import type { Page } from './page.js'
import { Pages } from './pages.js'

/** A round trip in ms, below which a frame more is no delay: the same machine, or the same site. */
const NEAR = 5
/** What has been asked for may come at any time. */
const ANYTIME: Outlook = { since: 0, started: false, due: undefined, size: 0 }

/**
 * What may come next on a session, and is not to be delayed by what goes before it: pages that have
 * something to say, and what else is more urgent and has just been asked for from afar.
 */
export class Stake {
  readonly #pages = new Pages()
  readonly #asked = new Asked()
  readonly #pacer: Pacer

  constructor(pacer: Pacer) {
    this.#pacer = pacer
  }

  /** Pages that are not over. */
  get pages(): number {
    return this.#pages.size
  }

  /** Whether what is sent now may delay what comes next. */
  get #counting(): boolean {
    return this.#pages.size > 0 || (this.#asked.uneven && this.far)
  }

  get far(): boolean {
    return this.#pacer.roundTrip > NEAR
  }

  addPage(gate: Gate, page: Page): void {
    if (!this.#counting) this.#pacer.start()
    this.#pages.add(gate, page)
  }

  /** It is no page, or no longer one. */
  dropPage(gate: Gate): void {
    this.#pages.delete(gate)
  }

  /** The client has asked for it: one that is near need not be waited for, as what is sent meanwhile is no delay. */
  asked(gate: Gate): void {
    if (!this.far) return
    const counting = this.#counting
    this.#asked.add(gate)
    if (this.#counting && !counting) this.#pacer.start()
  }

  over(gate: Gate): void {
    this.#pages.delete(gate)
    this.#asked.delete(gate)
  }

  /** Whether something that was asked for just now keeps `gate` waiting. */
  hold(gate: Gate, now: number): boolean {
    return this.#asked.hold(gate, now, this.#pacer.roundTrip)
  }

  /** What may come next, and is not to be delayed by `gate`. */
  next(gate: Gate | undefined): Outlook | undefined {
    const page = this.#pages.expected
    if (page !== undefined || gate === undefined || !this.far) return page
    return this.#asked.ahead(gate) ? ANYTIME : undefined
  }

  /** How many of the `size` bytes that wait at `gate` may go now. */
  room(gate: Gate, size: number): number {
    const next = this.next(gate)
    return next === undefined ? PIECE : this.#pacer.room(size, next)
  }

  /** Bodies up to this size are not worth cutting: before a page that is still to come one would delay it. */
  get uncut(): number {
    if (this.#pages.size === 0) return PIECE
    return this.#pages.expected === undefined ? FRAME : 2 * SEGMENT
  }

  /** `size` bytes of `gate` were handed to HTTP/2, ... */
  handed(gate: Gate, size: number): void {
    const counting = this.#counting
    this.#asked.delete(gate)
    if (!counting) return
    gate.counted = size
    this.#pages.wrote(gate, size)
    this.#pacer.sent(size)
  }

  /** ... and are with the socket. */
  written(gate: Gate): void {
    this.#pacer.written(gate.counted)
    gate.counted = 0
    if (gate.page) this.#pages.written(gate)
  }

  /** Where a page has more to say, its first part tells of the link, in time for what it names. */
  explore(): void {
    if (this.#pages.expected !== undefined) this.#pacer.explore()
  }
}
