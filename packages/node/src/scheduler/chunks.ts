/** What `Writable` hands to `_writev`. */
export interface Chunk {
  readonly chunk: string | Uint8Array
  readonly encoding: BufferEncoding | 'buffer'
}

export type Done = (error?: Error | null) => void

/** One `_write` or `_writev` that waits, and that can be taken piece by piece. */
export class Chunks {
  /** Bytes left. */
  size: number
  #done: Done | undefined
  readonly #chunks: Chunk[]

  constructor(chunks: Chunk[], done: Done) {
    this.#chunks = chunks
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
    return this.#chunks
  }

  /** The first `limit` bytes, not copied. */
  take(limit: number): Chunk[] {
    if (this.size <= limit) return this.all()
    const piece: Chunk[] = []
    let left = limit
    for (let head = this.#bytes(0); left > 0; head = this.#bytes(0)) {
      const part = head.subarray(0, left)
      piece.push({ chunk: part, encoding: 'buffer' })
      left -= part.length
      if (part.length === head.length) this.#chunks.shift()
      else this.#chunks[0] = { chunk: head.subarray(part.length), encoding: 'buffer' }
      if (this.#chunks.length === 0) break
    }
    this.size = sizeOf(this.#chunks)
    return piece
  }

  #bytes(index: number): Uint8Array {
    const { chunk, encoding } = this.#chunks[index] ?? { chunk: '', encoding: 'utf8' }
    if (typeof chunk !== 'string') return chunk
    return Buffer.from(chunk, encoding === 'buffer' ? 'utf8' : encoding)
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
