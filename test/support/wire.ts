import { connect, type Socket } from 'node:net'
import { ACK, END_STREAM, type Frame, FrameReader, TYPES } from './frames.js'

const END_HEADERS = 0x4
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

export interface WireOptions {
  /** SETTINGS_MAX_CONCURRENT_STREAMS. */
  readonly maxConcurrentStreams?: number
  /** SETTINGS_INITIAL_WINDOW_SIZE. @default 1 MiB */
  readonly window?: number
  /** SETTINGS_ENABLE_PUSH. */
  readonly push?: boolean
}

const IDS: Readonly<Record<keyof WireOptions, number>> = {
  push: 2,
  maxConcurrentStreams: 3,
  window: 4,
}

/**
 * An h2c client that keeps nothing to itself: it records every frame in the order of the wire, and
 * does only what it is told beside acknowledging SETTINGS and PING.
 */
export class Wire {
  readonly #reader = new FrameReader((frame) => this.#acknowledge(frame))
  readonly #socket: Socket
  readonly #late: readonly Frame['type'][]
  #changed = () => {}

  /** What is `late` is left unacknowledged, as if it were still on its way. */
  constructor(origin: string, options: WireOptions = {}, late: readonly Frame['type'][] = []) {
    this.#late = late
    const { hostname, port } = new URL(origin)
    this.#socket = connect({ port: Number(port), host: hostname, noDelay: true })
    this.#socket.on('data', (chunk) => {
      this.#reader.read(chunk)
      this.#changed()
    })
    this.#socket.on('close', () => this.#changed())
    this.#socket.write(PREFACE)
    this.settings({ window: 2 ** 20, ...options })
    this.send('WINDOW_UPDATE', 0, uint32(2 ** 24))
  }

  /** What the server has sent, in order. */
  get frames(): readonly Frame[] {
    return this.#reader.frames
  }

  settings(options: WireOptions): void {
    const entries = Object.entries(options).map(([name, value]) =>
      setting(IDS[name as keyof WireOptions], Number(value)),
    )
    this.send('SETTINGS', 0, Buffer.concat(entries))
  }

  /** A GET with the headers of a navigation. */
  get(stream: number, path: string, headers: Record<string, string> = {}): void {
    this.ask(stream, fieldBlock({ ':path': path, accept: 'text/html', ...headers }))
  }

  /** A GET with those fields. */
  ask(stream: number, fields: Buffer): void {
    this.send('HEADERS', stream, fields, END_HEADERS | END_STREAM)
  }

  send(type: Frame['type'], stream: number, payload: Buffer, flags = 0): void {
    const head = Buffer.alloc(9)
    head.writeUIntBE(payload.length, 0, 3)
    head.writeUInt8(
      TYPES.findIndex((known) => known === type),
      3,
    )
    head.writeUInt8(flags, 4)
    head.writeUInt32BE(stream, 5)
    this.#socket.write(Buffer.concat([head, payload]))
  }

  /** Resolves when the frames so far satisfy the condition; rejects when the connection ends before. */
  async until(condition: (frames: readonly Frame[]) => boolean): Promise<void> {
    while (!condition(this.frames)) {
      if (this.#socket.destroyed) throw new Error('the connection ended')
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
  }

  /** Reads nothing more: what the server sends stays where it is. */
  pause(): void {
    this.#socket.pause()
  }

  close(): void {
    this.#socket.destroy()
  }

  #acknowledge({ type, flags, payload }: Frame): void {
    if ((type !== 'SETTINGS' && type !== 'PING') || (flags & ACK) !== 0) return
    if (this.#late.includes(type)) return
    this.send(type, 0, type === 'PING' ? payload : Buffer.alloc(0), ACK)
  }
}

function setting(id: number, value: number): Buffer {
  const entry = Buffer.alloc(6)
  entry.writeUInt16BE(id, 0)
  entry.writeUInt32BE(value, 2)
  return entry
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The fields of a GET, compressed with no regard to what went before. */
export function fieldBlock(headers: Record<string, string>): Buffer {
  const get = { ':method': 'GET', ':scheme': 'http', ':authority': 'localhost' }
  const fields = Object.entries({ ...get, ...headers })
  return Buffer.concat(fields.map(([name, value]) => literal(name, value)))
}

/** HPACK: a literal field without indexing, new name (RFC 7541 §6.2.2). */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)])
}

function text(value: string): Buffer {
  if (value.length > 126) throw new Error('longer strings are not needed here')
  return Buffer.from([value.length, ...Buffer.from(value, 'latin1')])
}

/** `stream` has sent all it will send. */
export function ended(frames: readonly Frame[], stream: number): boolean {
  return frames.some(
    (frame) =>
      frame.stream === stream &&
      (frame.type === 'RST_STREAM' ||
        ((frame.type === 'DATA' || frame.type === 'HEADERS') && (frame.flags & END_STREAM) !== 0)),
  )
}

/** Ids of the promised streams, in the order of their promises. */
export function promised(frames: readonly Frame[]): number[] {
  return frames
    .filter(({ type }) => type === 'PUSH_PROMISE')
    .map(({ payload }) => payload.readUInt32BE(0))
}
