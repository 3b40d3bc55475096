import { expect } from 'chai'
import fc from 'fast-check'
import type { Chunks } from '../../packages/node/src/scheduler/chunks.ts'
import type { Gate } from '../../packages/node/src/scheduler/gate.ts'
import { Live } from '../../packages/node/src/scheduler/live.ts'
import { compare } from '../../packages/node/src/scheduler/order.ts'
import type { Page } from '../../packages/node/src/scheduler/page.ts'
import { Pages } from '../../packages/node/src/scheduler/pages.ts'
import { Queue } from '../../packages/node/src/scheduler/queue.ts'
import { Waiting } from '../../packages/node/src/scheduler/waiting.ts'

type Standing = Pick<Gate, 'page' | 'urgency' | 'incremental' | 'begun' | 'turn'>

/** What decides on the order of a gate. */
const standing = (turn: number, page = false): Standing => ({
  page,
  urgency: 3,
  incremental: false,
  begun: false,
  turn,
})

const anyStanding = fc.record({
  page: fc.boolean(),
  urgency: fc.integer({ min: 0, max: 7 }),
  incremental: fc.boolean(),
  begun: fc.boolean(),
})

describe('queue', () => {
  it('has its gates in order, whoever comes and leaves', () => {
    const step = fc.oneof(
      anyStanding.map((come) => ({ come })),
      fc.nat(20).map((leaves) => ({ leaves })),
      // Mostly the first.
      fc.constant({ leaves: 0 }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new Queue()
        const model: Gate[] = []
        for (const [turn, step] of steps.entries()) {
          const came = 'come' in step ? ({ ...step.come, turn } as Gate) : undefined
          const left = 'leaves' in step ? model[step.leaves] : undefined
          if (came !== undefined) {
            queue.add(came)
            model.push(came)
            model.sort(compare)
          }
          if (left !== undefined) {
            queue.delete(left)
            model.splice(model.indexOf(left), 1)
          }
          expect(queue.all).to.deep.equal(model)
          expect(queue.first).to.equal(model[0])
          expect(queue.last).to.equal(model.at(-1))
        }
      }),
    )
  })

  it('is in order again when what its gates are has changed', () => {
    const queue = new Queue()
    const gates = [1, 2, 3, 4].map((turn) => standing(turn))
    for (const gate of gates) queue.add(gate as Gate)
    queue.delete(gates[0] as Gate)
    gates[3]!.urgency = 0
    queue.sort()
    expect(queue.all.map(({ turn }) => turn)).to.deep.equal([4, 2, 3])
  })
})

describe('what waits', () => {
  it('is read ahead however much has waited before, and been taken note of twice', () => {
    let reported = 0
    const gate = (size: number) =>
      ({
        ...standing(size),
        since: 0,
        mayReadAhead: true,
        waiting: { size, report: () => void (reported += 1) } as Chunks,
      }) as Gate
    const waiting = new Waiting()
    for (let n = 0; n < 3; n++) {
      const large = gate(600_000)
      waiting.add(large)
      waiting.add(large)
      waiting.delete(large)
    }
    waiting.add(gate(1000))
    waiting.readAhead()
    expect(reported).to.equal(1)
  })
})

describe('pages of a session', () => {
  const page = (due: number | undefined, expected = true) => ({ due, expected }) as Page

  for (const [what, pages, which] of [
    ['the one that is due first', [page(200), page(100), page(300)], 1],
    ['one of whose route nothing is known', [page(100), page(undefined)], 1],
    ['none that has nothing more to say', [page(100, false), page(200)], 1],
    ['none where all have been silent', [page(100, false)], undefined],
  ] as const)
    it(`expects ${what}`, () => {
      const all = new Pages()
      for (const [turn, each] of pages.entries()) all.add(standing(turn, true) as Gate, each)
      expect(all.expected).to.equal(which === undefined ? undefined : pages[which])
    })
})

describe('what HTTP/2 is given at once', () => {
  const KILOBYTE = 1024
  const gate = (turn: number, inFlight = 0) =>
    ({ ...standing(turn), wire: 3, handedWhole: true, inFlight }) as unknown as Gate

  /** One of which HTTP/2 has been handed so much, but has not sent it yet. */
  function liveWith(bytes: number, { far }: { far: boolean }): Live {
    const live = new Live(() => far, true)
    live.add(gate(1, bytes), bytes)
    return live
  }

  const waits = (live: Live, bytes = KILOBYTE) => live.hold(gate(2), bytes, 0)

  for (const { far, least } of [
    { far: true, least: 256 * KILOBYTE },
    { far: false, least: 2048 * KILOBYTE },
  ])
    it(`is ${least} bytes where nothing is known but that the client is ${far ? 'far' : 'near'}`, () => {
      expect(waits(liveWith(least - KILOBYTE, { far }))).to.equal(false)
      expect(waits(liveWith(least, { far }))).to.equal(true)
    })

  it('is 64 KB behind what HTTP/2 does not keep in order, and nothing behind more than a frame', () => {
    for (const [before, held] of [
      [16, false],
      [17, true],
    ] as const) {
      const live = new Live(() => false, false)
      live.add(Object.assign(gate(1, before * KILOBYTE), { sent: 1 }), before * KILOBYTE)
      expect(waits(live), `${before} KB`).to.equal(held)
    }
  })

  /** The socket takes a kilobyte of what was handed on at 10 ms. */
  function written(live: Live, at: number): void {
    const handedAt10 = Object.assign(gate(0), { lastHanded: 10, complete: false })
    live.written(handedAt10, KILOBYTE, at)
  }

  it('is twice as much once it was too little and the socket took all promptly', () => {
    const live = liveWith(256 * KILOBYTE, { far: true })
    expect(waits(live)).to.equal(true)
    written(live, 15)
    expect(waits(live, 256 * KILOBYTE)).to.equal(false)
    expect(waits(live, 257 * KILOBYTE)).to.equal(true)
    // Handed on before that.
    written(live, 16)
    expect(waits(live, 257 * KILOBYTE)).to.equal(true)
  })

  it('stays as it is where it was not too little', () => {
    const live = liveWith(255 * KILOBYTE, { far: true })
    expect(waits(live)).to.equal(false)
    written(live, 15)
    expect(waits(live, 2 * KILOBYTE)).to.equal(true)
  })

  it('is 64 KB where the socket took longer than 20 ms', () => {
    const live = liveWith(63 * KILOBYTE, { far: false })
    written(live, 31)
    expect(waits(live)).to.equal(false)
    expect(waits(live, 2 * KILOBYTE)).to.equal(true)
  })

  for (const { is, head, sent, held } of [
    { is: 'is not one that shares, before one whose headers follow', head: 2, sent: 0, held: true },
    { is: 'is one that shares, after one whose headers precede', head: 4, sent: 0, held: false },
    { is: 'is one that shares, behind what is being sent', head: 2, sent: KILOBYTE, held: false },
  ])
    it(is, () => {
      const live = new Live(() => true, true)
      live.add(Object.assign(gate(1, KILOBYTE), { head: 3, sent }), KILOBYTE)
      const sharing = Object.assign(gate(2), { head, incremental: true })
      expect(live.hold(sharing, KILOBYTE, 0)).to.equal(held)
    })
})

describe('what goes past all others', () => {
  const KILOBYTE = 1024
  const gate = (turn: number) =>
    ({ ...standing(turn), wire: 3, passed: 0, stream: {} }) as unknown as Gate
  /** Of a client that is near. */
  const live = ({ byUrgency = true } = {}) => new Live(() => false, byUrgency)

  it('is 2 MB at most of what is not over', () => {
    const all = live()
    const gates = Array.from({ length: 32 }, (_, turn) => gate(turn))
    for (const each of gates) expect(all.letPast(each, 64 * KILOBYTE, 0)).to.equal(true)
    expect(all.letPast(gate(33), 1, 0)).to.equal(false)
    all.arrived(gates[0]!, 0)
    expect(all.letPast(gate(34), 64 * KILOBYTE, 0)).to.equal(true)
    expect(all.letPast(gate(35), 1, 0)).to.equal(false)
  })

  for (const { rstCode, least, what } of [
    { rstCode: 0, least: 64, what: 'took longer than 20 ms' },
    { rstCode: 8, least: 2048, what: 'was cancelled' },
  ])
    it(`is ${least} KB at most after one that ${what}`, () => {
      const all = live()
      const first = Object.assign(gate(1), { stream: { rstCode } })
      all.letPast(first, KILOBYTE, 10)
      all.arrived(first, 31)
      for (let left = least; left > 0; left -= 64)
        expect(all.letPast(gate(2), 64 * KILOBYTE, 31)).to.equal(true)
      expect(all.letPast(gate(3), 1, 31)).to.equal(false)
    })

  it('counts for what is held', () => {
    const all = live()
    for (let turn = 0; turn < 31; turn++) all.letPast(gate(turn), 64 * KILOBYTE, 0)
    const counted = Object.assign(gate(40), { handedWhole: true, inFlight: 63 * KILOBYTE })
    all.add(counted, 63 * KILOBYTE)
    expect(all.hold(gate(41), KILOBYTE, 0)).to.equal(false)
    expect(all.hold(gate(41), KILOBYTE + 1, 0)).to.equal(true)
  })

  it('is nothing that would be cut', () => {
    expect(live().letPast(gate(1), 64 * KILOBYTE + 1, 0)).to.equal(false)
  })

  it('is nothing where HTTP/2 does not send by urgency', () => {
    expect(live({ byUrgency: false }).letPast(gate(1), KILOBYTE, 0)).to.equal(false)
  })

  for (const [what, handedWhole] of [
    ['has more to come', false],
    ['HTTP/2 has not sent yet', true],
  ] as const)
    it(`is nothing while there is something that ${what}`, () => {
      const all = live()
      const first = Object.assign(gate(1), { handedWhole, inFlight: KILOBYTE, complete: true })
      all.add(first, KILOBYTE)
      expect(all.letPast(gate(2), KILOBYTE, 0)).to.equal(false)
      all.written(Object.assign(first, { inFlight: 0 }), KILOBYTE, 0)
      expect(all.letPast(gate(2), KILOBYTE, 0)).to.equal(true)
    })
})
