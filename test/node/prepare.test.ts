import { EventEmitter, once } from 'node:events'
import { createServer as createHttp1Server } from 'node:http'
import { createServer, type Http2Session } from 'node:http2'
import type { Server } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { createServer as createExpressServer } from '@pushplan/express'
import pushplan from '@pushplan/fastify'
import { schedule } from '@pushplan/node'
import { expect } from 'chai'
import express from 'express'
import Fastify from 'fastify'
import { prepareServer, roundTripOf } from '../../packages/node/src/scheduler/prepare.ts'
import { settingsOf } from '../support/settings.ts'
import { site } from '../support/site.ts'

describe('round trip of a session', () => {
  let clock = 0
  const { now } = performance
  beforeEach(() => (performance.now = () => clock))
  afterEach(() => (performance.now = now))

  /** `busy`: what its client asked for at once has taken that long, `away`: then its acknowledgement came. */
  async function measure({ busy, away }: { busy: number; away: number }) {
    const [server, session] = [createServer(), new EventEmitter()]
    prepareServer(server)
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

/** By their identifiers (RFC 9113 §6.5.2, RFC 9218 §2.1). */
const INITIAL_WINDOW_SIZE = 4
const NO_RFC7540_PRIORITIES = 9

describe('what a server announces', () => {
  let close: (() => Promise<unknown>) | undefined
  afterEach(() => close?.())

  async function announced(server: Server): Promise<Map<number, number>> {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    close = () => new Promise((resolve) => server.close(resolve))
    return settingsOf(server)
  }

  async function announcedByFastify(scheduled: boolean) {
    const app = Fastify({ http2: true })
    await app.register(pushplan, { ...site().options, schedule: scheduled })
    await app.listen({ port: 0, host: '127.0.0.1' })
    close = () => app.close()
    return settingsOf(app.server)
  }

  it('is that it sends by RFC 9218 where it is scheduled', async () => {
    const server = createServer()
    schedule(server)
    expect((await announced(server as Server)).get(NO_RFC7540_PRIORITIES)).to.equal(1)
  })

  it('keeps what the server was created with, however often it is prepared', async () => {
    const customSettings = { 40: 7 }
    const server = createServer({ settings: { customSettings } })
    schedule(server, { customSettings })
    schedule(server)
    const settings = await announced(server as Server)
    expect([...settings.keys()]).to.include.members([NO_RFC7540_PRIORITIES, 40])
  })

  it('is the same with Fastify, unless nothing is scheduled', async () => {
    expect((await announcedByFastify(true)).get(NO_RFC7540_PRIORITIES)).to.equal(1)
    await close?.()
    expect((await announcedByFastify(false)).has(NO_RFC7540_PRIORITIES)).to.equal(false)
  })

  it('is the same with Express, beside what the server was created with', async () => {
    const created = { initialWindowSize: 70_000, customSettings: { 40: 7 } }
    const server = createExpressServer({ settings: created }, express())
    const settings = await announced(server as Server)
    expect(settings.get(NO_RFC7540_PRIORITIES)).to.equal(1)
    expect(settings.get(INITIAL_WINDOW_SIZE)).to.equal(70_000)
    expect(settings.get(40)).to.equal(7)
  })

  it('is nothing over HTTP/1', () => {
    close = undefined
    const server = createHttp1Server()
    prepareServer(server)
    expect(server.listenerCount('session')).to.equal(0)
  })
})
