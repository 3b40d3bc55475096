/** What `Writable` hands to `_writev`. */
export interface Chunk {
  readonly chunk: string | Uint8Array
  readonly encoding: BufferEncoding | 'buffer'
}

export type Done = (error?: Error | null) => void

const NONE: Chunk = { chunk: '', encoding: 'utf8' }

/** One `_write` or `_writev` that waits, and that can be taken piece by piece. */
export class Chunks {
  /** Bytes left. */
  size: number
  #done: Done | undefined
  readonly #chunks: Chunk[]
  /** Index of the first that is left. */
  #first = 0

  constructor(chunks: Chunk[], done: Done) {
    // Not the array itself, by a property of which `Writable` tells Node that it holds no strings.
    this.#chunks = [...chunks]
    this.size = sizeOf(chunks)
    this.#done = done
  }

  /** More of what has been reported already. */
  add(chunks: Chunk[], done: Done): void {
    for (const chunk of chunks) this.#chunks.push(chunk)
    this.size += sizeOf(chunks)
    this.#done = done
  }

  /** Whether the source has been told that it may go on. */
  get reported(): boolean {
    return this.#done === undefined
  }

  /** Tells the source that it may go on. */
  report(error?: Error | null): void {
    const done = this.#done
    this.#done = undefined
    done?.(error)
  }

  /** All that is left, as it came. */
  all(): Chunk[] {
    this.size = 0
    return this.#first === 0 ? this.#chunks : this.#chunks.slice(this.#first)
  }

  /** The first `limit` bytes, not copied. */
  take(limit: number): Chunk[] {
    if (this.size <= limit) return this.all()
    const piece: Chunk[] = []
    for (let left = limit; left > 0 && this.#first < this.#chunks.length;) {
      const head = this.#head()
      const part = head.subarray(0, left)
      piece.push({ chunk: part, encoding: 'buffer' })
      left -= part.length
      this.size -= part.length
      if (part.length === head.length) this.#first += 1
      else this.#chunks[this.#first] = { chunk: head.subarray(part.length), encoding: 'buffer' }
    }
    this.#forget()
    return piece
  }

  /** What has been taken; seldom, so that many small chunks cost no more than as many larger ones. */
  #forget(): void {
    if (2 * this.#first < this.#chunks.length) return
    this.#chunks.splice(0, this.#first)
    this.#first = 0
  }

  #head(): Uint8Array {
    const { chunk, encoding } = this.#chunks[this.#first] ?? NONE
    if (typeof chunk !== 'string') return chunk
    const bytes = Buffer.from(chunk, encoding === 'buffer' ? 'utf8' : encoding)
    // Malformed hex or base64 is shorter than it was taken for.
    this.size += bytes.length - byteLength({ chunk, encoding })
    return bytes
  }
}

export function sizeOf(chunks: readonly Chunk[]): number {
  let size = 0
  for (const chunk of chunks) size += byteLength(chunk)
  return size
}

function byteLength({ chunk, encoding }: Chunk): number {
  if (typeof chunk !== 'string') return chunk.length
  return Buffer.byteLength(chunk, encoding === 'buffer' ? 'utf8' : encoding)
}
