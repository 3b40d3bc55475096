import { connect, createServer, type AddressInfo } from 'node:net'
import { Way } from './way.ts'

/**
 * Relays to a port what comes to its own, each way as over a link, till its parent is gone. In a
 * process of its own: what it reads late, it can't tell apart, and real TCP would have sent it at once.
 */
const [port, bitrate, rtt] = process.argv.slice(2).map(Number)
const link = { bitrate: bitrate ?? Infinity, rtt: rtt ?? 0 }

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ port: port ?? 0, host: '127.0.0.1', noDelay: true })
  const ways = [new Way(upstream, client, link), new Way(client, upstream, link)]
  for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
  client.on('close', () => upstream.destroy())
  upstream.on('close', () => {
    client.destroy()
    for (const way of ways) way.close()
  })
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
