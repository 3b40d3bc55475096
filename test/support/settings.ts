import { type AddressInfo, connect, type Server } from 'node:net'
import { FrameReader } from './frames.ts'

/** The first SETTINGS that a server sends on a connection, by their identifiers (RFC 9113 §6.5.1). */
export async function settingsOf(server: Server): Promise<Map<number, number>> {
  const { port, address: host } = server.address() as AddressInfo
  const socket = connect({ port, host })
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  try {
    return await new Promise((resolve, reject) => {
      const reader = new FrameReader(({ type, payload }) => {
        if (type === 'SETTINGS') resolve(entries(payload))
      })
      socket.on('data', (data) => reader.read(data)).on('error', reject)
    })
  } finally {
    socket.destroy()
  }
}

function entries(payload: Buffer): Map<number, number> {
  const all = new Map<number, number>()
  for (let at = 0; at < payload.length; at += 6) {
    all.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2))
  }
  return all
}
