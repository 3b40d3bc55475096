import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** An HTTP/2 frame's header (RFC 9113 §4.1). */
export interface Frame {
  readonly type: FrameType
  readonly flags: number
  readonly stream: number
  readonly length: number
  readonly payload: Buffer
  /** Of PUSH_PROMISE: the stream that it promises. */
  readonly promised: number | undefined
}

export const TYPES = [
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
export type FrameType = (typeof TYPES)[number] | 'OTHER'

const HEADER = 9
/** The client's connection preface (RFC 9113 §3.4). */
const PREFACE = 24
export const END_STREAM = 0x1
export const ACK = 0x1

export const endsStream = ({ type, flags }: Frame): boolean =>
  (type === 'DATA' || type === 'HEADERS') && (flags & END_STREAM) !== 0
export const isPing = ({ type, flags }: Frame): boolean => type === 'PING' && (flags & ACK) === 0

/** Reads frames off a plain-text (h2c) byte stream, however it is cut. */
export class FrameReader {
  readonly frames: Frame[] = []
  #rest: Buffer = Buffer.alloc(0)
  readonly #seen: (frame: Frame) => void
  #skip: number

  /** `skip`: bytes before the first frame. */
  constructor(seen: (frame: Frame) => void, skip = 0) {
    this.#seen = seen
    this.#skip = skip
  }

  read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data.subarray(this.#skip)])
    this.#skip = Math.max(0, this.#skip - data.length)
    while (this.#rest.length >= HEADER) {
      const length = this.#rest.readUIntBE(0, 3)
      if (this.#rest.length < HEADER + length) return
      const frame = frameOf(this.#rest.subarray(0, HEADER + length))
      this.frames.push(frame)
      this.#seen(frame)
      this.#rest = this.#rest.subarray(HEADER + length)
    }
  }
}

function frameOf(bytes: Buffer): Frame {
  const type = TYPES[bytes.readUInt8(3)] ?? 'OTHER'
  return {
    type,
    length: bytes.length - HEADER,
    payload: bytes.subarray(HEADER),
    flags: bytes.readUInt8(4),
    stream: bytes.readUInt32BE(5) & 0x7fffffff,
    promised: type === 'PUSH_PROMISE' ? bytes.readUInt32BE(HEADER) & 0x7fffffff : undefined,
  }
}

export interface Recorder {
  readonly port: number
  /** What the server has sent, in order. */
  readonly down: readonly Frame[]
  /** What the client has sent. */
  readonly up: readonly Frame[]
  /** Both, in the order in which they were seen. */
  readonly all: readonly (Frame & { readonly from: 'server' | 'client' })[]
  /** What the client sends from now on, acknowledgements too, does not get to the server till `release`. */
  hold(): void
  release(): void
  close(): Promise<void>
}

/** A relay to `port` that records the frames of the one connection made through it. */
export async function record(port: number): Promise<Recorder> {
  const all: (Frame & { from: 'server' | 'client' })[] = []
  const down = new FrameReader((frame) => all.push({ ...frame, from: 'server' }))
  const up = new FrameReader((frame) => all.push({ ...frame, from: 'client' }), PREFACE)
  const sockets: Socket[] = []
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true })
    sockets.push(client, upstream)
    upstream.on('data', (data: Buffer) => (down.read(data), client.write(data)))
    client.on('data', (data: Buffer) => (up.read(data), upstream.write(data)))
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => one.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    down: down.frames,
    up: up.frames,
    all,
    hold: () => sockets[1]?.cork(),
    release: () => sockets[1]?.uncork(),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
