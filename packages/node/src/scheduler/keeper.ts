import type { Gate } from './gate.js'

/** Who decides when a gate's bytes go. */
export interface Keeper {
  /** Whether `size` bytes, all that there is and what HTTP/2 itself orders, may go past unseen. */
  passes(gate: Gate, size: number): boolean
  /** Whether `size` bytes may go past at once. */
  admits(gate: Gate, size: number): boolean
  /** Bodies up to this size are not worth the empty frame that cutting them costs. */
  uncut(): number
  /** Whether the end of a response that follows its bytes in a frame of its own would come late. */
  far(): boolean
  /** Bytes wait at the gate. */
  waits(gate: Gate): void
  /** More bytes wait at a gate where some did. */
  grew(gate: Gate): void
  /** `size` bytes went on to HTTP/2, ... */
  handed(gate: Gate, size: number): void
  /** ... and from there to the socket. */
  written(gate: Gate, size: number): void
  /** What was asked for as a page is none. */
  noPage(gate: Gate): void
  /** The gate's stream is destroyed. */
  gone(gate: Gate): void
  /** Something is over, or with the socket: others may go. */
  proceed(): void
}
