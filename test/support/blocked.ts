import { once } from 'node:events'
import { type ClientHttp2Session, connect, createServer, type ServerHttp2Stream } from 'node:http2'
import { Duplex } from 'node:stream'
import { schedule } from '@pushplan/node'

/** A scheduled server and a client, between which no bytes go while the connection is blocked. */
export interface Blocked {
  readonly client: ClientHttp2Session
  block(): void
  unblock(): void
}

/** Without a kernel between them, whose buffers would take what a full connection does not. */
export async function blocked(handler: (stream: ServerHttp2Stream) => void): Promise<Blocked> {
  let waiting: (() => void)[] | undefined
  const near = end((arrive) =>
    waiting === undefined ? setImmediate(arrive) : waiting.push(arrive),
  )
  const far = end(setImmediate)
  near.other = far
  far.other = near
  const server = createServer().on('stream', handler)
  schedule(server)
  server.emit('connection', near)
  const client = connect('http://localhost', { createConnection: () => far })
  await once(client, 'remoteSettings')
  await new Promise((resolve) => client.ping(resolve))
  return {
    client,
    block: () => (waiting = []),
    unblock() {
      for (const arrive of waiting ?? []) arrive()
      waiting = undefined
    },
  }
}

/** One end of a connection; what is written to it arrives at the other, and only then is it taken. */
function end(deliver: (arrive: () => void) => void): Duplex & { other?: Duplex } {
  const self: Duplex & { other?: Duplex } = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      deliver(() => {
        self.other?.push(chunk)
        done()
      })
    },
    final(done) {
      self.other?.push(null)
      done()
    },
  })
  return self
}
