import { expect } from 'chai'
import { connect, NAVIGATION, visit } from '../support/client.js'
import { express5 } from '../support/express.js'
import { fastify5 } from '../support/fastify.js'
import { HTML, PLAN, type Running, site } from '../support/site.js'
import { promised, Wire } from '../support/wire.js'

const COUNT = 50
const CANCEL = 8
const REFUSED_STREAM = 7

for (const framework of [fastify5, express5]) {
  describe(`${framework.name} under clients that misbehave`, () => {
    let running: Running | undefined
    afterEach(async () => {
      await running?.close()
      running = undefined
    })
    const start = async (): Promise<Running> => (running = await framework.start(site(), 'h2c'))
    const ends = ({ events }: Running) =>
      events.filter((event) => event.type === 'push' && event.outcome !== 'promised')

    const served = async (origin: string) => {
      const seen = await visit(origin)
      expect(seen.status).to.equal(200)
      expect(seen.body.toString()).to.equal(HTML)
    }
    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise(setImmediate)
    }

    it(`serves others beside ${COUNT} sessions that never read, and ends every push with its session`, async () => {
      const site = await start()
      const wires = Array.from({ length: COUNT }, () => new Wire(site.origin, { window: 0 }))
      for (const [index, wire] of wires.entries()) {
        wire.get(1, '/')
        if (index % 2 === 0) wire.pause()
        else await wire.until((frames) => promised(frames).length === PLAN.length)
      }
      await until(() => promises(site) === COUNT * PLAN.length)
      await served(site.origin)
      for (const wire of wires) wire.close()
      await until(() => ends(site).length === promises(site))
      await served(site.origin)
    })

    it(`serves others beside ${COUNT} sessions that reset every push`, async () => {
      const site = await start()
      const sessions = Array.from({ length: COUNT }, (_, index) => {
        const session = connect(site.origin)
        session.on('stream', (stream) => {
          stream.on('error', () => {}).close(index % 2 === 0 ? CANCEL : REFUSED_STREAM)
        })
        session.request({ ':path': '/', ...NAVIGATION }).resume()
        return session
      })
      await served(site.origin)
      await Promise.all(
        sessions.map((session) => new Promise<void>((resolve) => session.close(resolve))),
      )
      await until(() => ends(site).length === promises(site))
      await served(site.origin)
    })

    const promises = ({ events }: Running) =>
      events.filter((event) => event.type === 'push' && event.outcome === 'promised').length
  })
}
