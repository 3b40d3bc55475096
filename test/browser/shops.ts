import { once } from 'node:events'
import type { Http2SecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { PushEvent, PushplanEvent } from '@pushplan/node'
import { createRelay } from '../../bench/links/relay.ts'
import type { Certificate } from '../../examples/certificate.ts'
import { createShop as createExpressShop } from '../../examples/express/server.ts'
import { createShop as createFastifyShop } from '../../examples/fastify/server.ts'

/** The example shop, and what browsers ask it for. */
export interface Shop {
  readonly origin: string
  /** Paths that the browser has asked for since this was last emptied, in order. */
  readonly asked: string[]
  /** How pushes ended since this was last emptied. */
  readonly pushes: PushEvent[]
  close(): Promise<unknown>
}

type Start = (certificate: Certificate) => Promise<Shop>

const fastify: Start = async (certificate) => {
  const pushes: PushEvent[] = []
  const app = await createFastifyShop({ certificate, onDelivery: keepIn(pushes) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return observe(app.server, { pushes, close: () => app.close() })
}

const express: Start = async (certificate) => {
  const pushes: PushEvent[] = []
  const server = createExpressShop({ certificate, onDelivery: keepIn(pushes) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => new Promise((resolve) => server.close(resolve))
  return observe(server, { pushes, close })
}

export const shops = { Fastify: fastify, Express: express }

const keepIn = (pushes: PushEvent[]) => (event: PushplanEvent) => {
  if (event.type === 'push' && event.outcome !== 'promised') pushes.push(event)
}

/** As far away as real servers are: Chromium misses at times a 103 that comes within its first moments. */
const LINK = { bitrate: 50e6, rtt: 40 }

async function observe(
  server: Http2SecureServer,
  { pushes, close }: Pick<Shop, 'pushes' | 'close'>,
): Promise<Shop> {
  const asked: string[] = []
  server.on('stream', (_stream, headers) => asked.push(String(headers[':path'])))
  const relay = await createRelay((server.address() as AddressInfo).port, LINK)
  return {
    origin: `https://localhost:${relay.port}`,
    asked,
    pushes,
    async close() {
      await relay.close()
      await close()
    },
  }
}
