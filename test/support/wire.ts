import { connect, type Socket } from 'node:net'

/** One frame as it came over the wire (RFC 9113 §4.1). */
export interface Frame {
  readonly type: FrameType
  readonly stream: number
  readonly flags: number
  readonly payload: Buffer
}

const TYPES = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST_STREAM',
  'SETTINGS',
  'PUSH_PROMISE',
  'PING',
  'GOAWAY',
  'WINDOW_UPDATE',
  'CONTINUATION',
] as const

export type FrameType = (typeof TYPES)[number]

export const END_STREAM = 0x1
const ACK = 0x1
const END_HEADERS = 0x4
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

export interface WireOptions {
  /** SETTINGS_MAX_CONCURRENT_STREAMS. */
  readonly maxConcurrentStreams?: number
  /** SETTINGS_INITIAL_WINDOW_SIZE. @default 1 MiB */
  readonly window?: number
}

/**
 * An h2c client that keeps nothing to itself: it records every frame in the order of the wire, and
 * does only what it is told beside acknowledging SETTINGS and PING.
 */
export class Wire {
  readonly frames: Frame[] = []
  readonly #socket: Socket
  #unread = Buffer.alloc(0)
  #changed = () => {}

  constructor(origin: string, options: WireOptions = {}) {
    const { hostname, port } = new URL(origin)
    this.#socket = connect(Number(port), hostname)
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('close', () => this.#changed())
    this.#socket.write(PREFACE)
    const settings: [id: number, value: number][] = [[4, options.window ?? 2 ** 20]]
    if (options.maxConcurrentStreams !== undefined) settings.push([3, options.maxConcurrentStreams])
    this.send('SETTINGS', 0, Buffer.concat(settings.map(([id, value]) => setting(id, value))))
    this.send('WINDOW_UPDATE', 0, uint32(2 ** 24))
  }

  /** A GET with the headers of a navigation. */
  get(stream: number, path: string, headers: Record<string, string> = {}): void {
    const all = {
      ':method': 'GET',
      ':scheme': 'http',
      ':authority': 'localhost',
      ':path': path,
      accept: 'text/html',
      ...headers,
    }
    const block = Buffer.concat(Object.entries(all).map(([name, value]) => literal(name, value)))
    this.send('HEADERS', stream, block, END_HEADERS | END_STREAM)
  }

  send(type: FrameType, stream: number, payload: Buffer, flags = 0): void {
    const head = Buffer.alloc(9)
    head.writeUIntBE(payload.length, 0, 3)
    head.writeUInt8(TYPES.indexOf(type), 3)
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

  close(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk])
    while (this.#unread.length >= 9) {
      const length = this.#unread.readUIntBE(0, 3)
      if (this.#unread.length < 9 + length) break
      const type = TYPES[this.#unread.readUInt8(3)]
      const flags = this.#unread.readUInt8(4)
      const stream = this.#unread.readUInt32BE(5) & 0x7fffffff
      const payload = this.#unread.subarray(9, 9 + length)
      this.#unread = this.#unread.subarray(9 + length)
      if (type === undefined) continue
      this.frames.push({ type, stream, flags, payload })
      if ((type === 'SETTINGS' || type === 'PING') && (flags & ACK) === 0) {
        this.send(type, 0, type === 'PING' ? payload : Buffer.alloc(0), ACK)
      }
    }
    this.#changed()
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
