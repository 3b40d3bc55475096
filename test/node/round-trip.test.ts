import { EventEmitter } from 'node:events'
import type { Http2Session } from 'node:http2'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { measureRoundTrips, roundTripOf } from '../../packages/node/src/scheduler/round-trip.ts'

describe('round trip of a session', () => {
  let clock = 0
  const { now } = performance
  beforeEach(() => (performance.now = () => clock))
  afterEach(() => (performance.now = now))

  /** `busy`: what its client asked for at once has taken that long, `away`: then its acknowledgement came. */
  async function measure({ busy, away }: { busy: number; away: number }) {
    const [server, session] = [new EventEmitter(), new EventEmitter()]
    measureRoundTrips(server)
    server.emit('session', session)
    clock += busy
    await setImmediate()
    clock += away
    session.emit('localSettings')
    return roundTripOf(session as unknown as Http2Session)
  }

  it('does not count what the server does before its SETTINGS leave', async () => {
    expect(await measure({ busy: 50, away: 3 })).to.equal(3)
  })
})
