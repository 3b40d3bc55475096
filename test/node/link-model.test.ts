import { expect } from 'chai'
import fc from 'fast-check'
import { LinkModel } from '../../packages/node/src/scheduler/link-model.ts'
import { routeTimes } from '../../packages/node/src/scheduler/route-times.ts'

const SEGMENT = 1448
const WINDOW = 9 * SEGMENT
const PING = 17
const anytime = { backlog: 15, hope: 8, due: 0, reserve: 0, ahead: 0, blind: Infinity }

/** A link of 100 ms, as told by a PING after `bytes` that is answered at `answered`. */
function told(bytes: number, answered: number): LinkModel {
  const model = new LinkModel()
  model.link.took(100)
  model.sent(bytes, { now: 0, wire: 0 })
  model.asked({ now: 0, wire: bytes })
  model.answered(answered)
  return model
}

/** One of 200 bytes a ms, its window used up. */
const measured = () => told(WINDOW, 100 + WINDOW / 200 + 2.5)

/** A link with TCP's slow start, in exact arithmetic. */
class IdealLink {
  readonly rate: number
  readonly roundTrip: number
  end = 0
  readonly #segments: { end: number; through: number }[] = []

  /** `rate` in bytes a ms, `roundTrip` in ms. */
  constructor({ rate, roundTrip }: { rate: number; roundTrip: number }) {
    this.rate = rate
    this.roundTrip = roundTrip
  }

  send(bytes: number, now: number): void {
    for (let left = bytes; left > 0; left -= SEGMENT) {
      const size = Math.min(left, SEGMENT)
      this.end += size
      const start = Math.max(now, this.#free, this.#released(this.end))
      this.#segments.push({ end: this.end, through: start + size / this.rate })
    }
  }

  /** When all that has been sent is through, and what is sent `now` behind it. */
  passes(now: number): number {
    return Math.max(now, this.#free)
  }

  get #free(): number {
    return this.#segments.at(-1)?.through ?? 0
  }

  /** Ten segments at first, then one more for each that is acknowledged. */
  #released(end: number): number {
    const needed = (end - 10 * SEGMENT) / 2
    const acknowledged = this.#segments.find((segment) => segment.end >= needed)
    return needed <= 0 ? 0 : (acknowledged?.through ?? 0) + this.roundTrip
  }
}

/** Sends as the model allows for a while, with one question at a time, whose answers come a little `late`. */
function paced(link: IdealLink, late: readonly number[]) {
  const model = new LinkModel()
  model.link.took(link.roundTrip + (late[0] ?? 0))
  let answer = Infinity
  let pings = 0
  let queue = 0
  for (let now = 1; now < 500 + 5 * link.roundTrip; now++) {
    if (now >= answer) {
      model.answered(answer)
      answer = Infinity
    }
    const room = Math.min(model.room(now, anytime), 20 * SEGMENT)
    if (room < SEGMENT) continue
    model.sent(room, { now, wire: link.end + pings * PING })
    link.send(room, now)
    if (now > 200 + 3 * link.roundTrip) queue = Math.max(queue, link.passes(now) - now)
    if (answer < Infinity) continue
    model.asked({ now, wire: link.end + pings * PING })
    pings += 1
    answer = link.passes(now) + link.roundTrip + (late[now % late.length] ?? 0)
  }
  return { model, queue }
}

describe('scheduler: the model of the link', () => {
  it('allows the first window of TCP to a link that it knows nothing of', () => {
    const model = new LinkModel()
    expect(model.room(0, anytime)).to.equal(WINDOW)
    model.sent(WINDOW, { now: 0, wire: 0 })
    expect(model.room(50, anytime)).to.equal(0)
  })

  it('lets a little wait for that window where it opens before the page is due', () => {
    const model = new LinkModel()
    const ahead = { ...anytime, ahead: 4 * SEGMENT }
    model.sent(WINDOW, { now: 0, wire: 0 })
    expect(model.room(50, { ...ahead, due: 200 }), 'round trip not known').to.equal(0)
    model.link.took(100)
    expect(model.room(50, { ...ahead, due: 60 }), 'it does not').to.equal(0)
    expect(model.room(50, { ...ahead, due: 200 }), 'it does').to.equal(4 * SEGMENT)
  })

  it('keeps a part of the window for a page', () => {
    expect(new LinkModel().room(0, { ...anytime, reserve: 4000 })).to.equal(WINDOW - 4000)
    expect(new LinkModel().room(0, { ...anytime, blind: 1000 })).to.equal(1000)
  })

  it('keeps nothing of it for a page that is due after the next answer', () => {
    const model = new LinkModel()
    model.link.took(100)
    model.sent(SEGMENT, { now: 0, wire: 0 })
    model.asked({ now: 0, wire: SEGMENT })
    const reserve = 4 * SEGMENT
    const left = WINDOW - SEGMENT
    expect(model.room(0, { ...anytime, due: 50, reserve }), 'before').to.equal(left - reserve)
    expect(model.room(0, { ...anytime, due: 300, reserve }), 'after').to.equal(left)
  })

  it('takes the rate from what passed while the link was busy', () => {
    expect(measured().link.rate).to.be.closeTo(200, 10)
    expect(measured().link.roundTrip).to.equal(100)
  })

  for (const [what, bytes, rate] of [
    ['for the least it can be', 2896, 2896 / 2.5],
    ['for endless', 40_000, Infinity],
  ] as const)
    it(`takes a rate that ${bytes} bytes have not made wait ${what}`, () => {
      expect(told(bytes, 101).link.rate).to.equal(rate)
    })

  for (const hope of [0, 8])
    it(`sends ${hope} ms more where noise hides how fast a link is, if so many may be lost`, () => {
      const model = told(2896, 101)
      const { rate } = model.link
      expect(model.room(101, { ...anytime, backlog: 2, hope })).to.be.closeTo((2 + hope) * rate, 1)
    })

  it('allows nothing more to a link it knows nothing of before something has been acknowledged, for another page neither', () => {
    const model = new LinkModel()
    model.link.took(100)
    model.sent(WINDOW, { now: 0, wire: 0 })
    model.restart(50)
    expect(model.room(50, anytime)).to.equal(0)
    expect(model.room(500, anytime)).to.equal(0)
    model.sent(SEGMENT, { now: 500, wire: WINDOW })
    model.asked({ now: 500, wire: WINDOW + SEGMENT })
    model.answered(600 + SEGMENT / 200)
    expect(model.room(620, anytime)).to.be.greaterThan(0)
  })

  it('is not told of a rate by less than a segment', () => {
    expect(told(1000, 101).link.measured).to.equal(false)
  })

  it('does not take what TCP let go late for acknowledged', () => {
    const model = new LinkModel()
    model.link.took(100)
    model.sent(WINDOW, { now: 0, wire: 0 })
    model.asked({ now: 0, wire: WINDOW })
    model.sent(WINDOW, { now: 1, wire: WINDOW + PING })
    model.answered(101)
    model.link.rate = Infinity
    // The first window, and the headers in it, made room for two, of which one has been used since.
    expect(model.room(101, anytime)).to.equal(WINDOW + SEGMENT)
  })

  it('does not take a link for slow because TCP waited', () => {
    const link = new IdealLink({ rate: 4000, roundTrip: 40 })
    const model = new LinkModel()
    model.link.took(40)
    for (const [now, bytes] of [
      [0, 4 * SEGMENT],
      [1, 2 * WINDOW],
      [1, 4 * WINDOW],
    ] as const) {
      const wire = link.end
      model.sent(bytes, { now, wire })
      link.send(bytes, now)
      model.asked({ now, wire: link.end })
      model.answered(link.passes(now) + 40)
    }
    expect(link.passes(1), 'the last has waited for two round trips').to.be.greaterThan(80)
    expect(model.link.rate).to.be.greaterThan(2000)
  })

  it('learns nothing from what was sent while no page was at stake', () => {
    const model = measured()
    const { rate } = model.link
    model.asked({ now: 800, wire: WINDOW + 100_000 })
    model.answered(1000)
    expect(model.link.rate).to.equal(rate)
  })

  it('learns only of the round trip where not all is known that was sent before the answer', () => {
    const model = measured()
    const { rate } = model.link
    model.sent(WINDOW, { now: 1000, wire: WINDOW })
    model.asked({ now: 1000, wire: 2 * WINDOW })
    model.restart(1010)
    model.sent(WINDOW, { now: 1010, wire: 2 * WINDOW + 80_000 })
    model.answered(1090)
    expect(model.link.roundTrip).to.equal(90)
    expect(model.link.rate).to.equal(rate)
    const wire = 3 * WINDOW + 80_000
    model.asked({ now: 1090, wire })
    model.answered(1010 + (2 * WINDOW + 80_000) / 200 + 90)
    expect(model.link.rate).to.be.at.most(rate)
  })

  it('takes no more than half from a rate for one answer that is late', () => {
    const model = measured()
    const { rate } = model.link
    model.sent(SEGMENT, { now: 1000, wire: WINDOW })
    model.asked({ now: 1000, wire: WINDOW + SEGMENT })
    model.answered(1500)
    expect(model.link.rate).to.be.closeTo(rate / 2, 1)
  })

  it('learns any link by what it asks, and keeps what waits for it small', () => {
    const links = fc.record({
      rate: fc.integer({ min: 150, max: 6000 }),
      roundTrip: fc.integer({ min: 20, max: 200 }),
    })
    const late = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 100 })
    fc.assert(
      fc.property(links, late, (options, lates) => {
        const { model, queue } = paced(new IdealLink(options), lates)
        expect(Math.min(model.link.rate, 6000) / options.rate).to.be.within(0.5, 1.6)
        // What it is wrong by adds up until the next answer.
        expect(queue).to.be.lessThan(100 + options.roundTrip)
      }),
    )
  })

  for (const [what, before, after] of [
    ['has overtaken', 4 * SEGMENT, 0],
    ['goes ahead of', 0, 4 * SEGMENT],
  ] as const)
    it(`waits for the rest of the segment in which a PING ${what} others, not for them`, () => {
      const wire = 4 * SEGMENT
      const model = new LinkModel()
      model.link.took(100)
      model.sent(wire, { now: 1000, wire: 0 })
      model.written(1000)
      if (before > 0) model.sent(before, { now: 1000, wire })
      model.asked({ now: 1000, wire }, before)
      if (after > 0) model.sent(after, { now: 1000, wire })
      const answered = 1100 + (5 * SEGMENT) / 200
      model.answered(answered)
      expect(model.link.rate).to.be.closeTo(200, 1)
      // By now the other three have passed as well.
      expect(model.room(answered, anytime)).to.be.closeTo(15 * 200, 15)
      expect(model.room(answered - 100, anytime)).to.be.closeTo(15 * 200 - 3 * SEGMENT, 15)
    })

  it('takes the link for as fast as the last of what passed it without waiting', () => {
    const model = new LinkModel()
    model.link.took(100)
    model.sent(2 * SEGMENT, { now: 1000, wire: 0 })
    model.sent(4 * SEGMENT, { now: 1004, wire: 2 * SEGMENT })
    model.asked({ now: 1004, wire: 6 * SEGMENT })
    model.answered(1105)
    expect(model.link.rate).to.be.within((4 * SEGMENT) / 3.5, (4 * SEGMENT) / 2.5)
  })

  it('counts from when the socket had what was sent', () => {
    const model = new LinkModel()
    model.link.took(100)
    model.sent(4 * SEGMENT, { now: 1000, wire: 0 })
    model.written(1008)
    model.asked({ now: 1008, wire: 4 * SEGMENT })
    model.answered(1108 + (4 * SEGMENT) / 200)
    expect(model.link.rate).to.be.closeTo(200, 1)
  })

  it('keeps its rate while too little is sent to tell', () => {
    const model = measured()
    const { rate } = model.link
    model.sent(2000, { now: 1000, wire: WINDOW })
    model.asked({ now: 1050, wire: WINDOW + 2000 })
    model.answered(1050 + 100 + 6)
    expect(model.link.rate).to.equal(rate)
  })

  const RATE = measured().link.rate
  const now = 100 + WINDOW / 200 + 2.5
  for (const [what, allowance, room] of [
    ['as much as its backlog before a page that may come at any time', anytime, 15 * RATE],
    ['twice as much with twice the backlog', { ...anytime, backlog: 30 }, 30 * RATE],
    ['what passes until a page is due, and its backlog', { ...anytime, due: now + 60 }, 75 * RATE],
    ['its backlog once the page is overdue', { ...anytime, due: now - 60 }, 15 * RATE],
  ] as const)
    it(`allows ${what}`, () => {
      expect(measured().room(now, allowance)).to.be.closeTo(room, 1)
    })

  it('counts on the acknowledgements that come until the page is due', () => {
    const model = measured()
    const acknowledged = WINDOW
    // Fast enough for TCP's window to be what limits.
    model.link.rate = Infinity
    const full = model.room(now, anytime)
    expect(full).to.equal(WINDOW + acknowledged + SEGMENT)
    model.sent(full, { now, wire: WINDOW })
    expect(model.room(now, { ...anytime, due: now + 80 })).to.equal(0)
    expect(model.room(now, { ...anytime, due: now + 101 })).to.equal(2 * full)
  })

  it('allows nothing while an answer is overdue, and again when it is there', () => {
    const model = measured()
    model.sent(1000, { now, wire: WINDOW })
    model.asked({ now, wire: WINDOW + 1000 })
    const expected = now + 1000 / RATE + 100
    expect(model.room(expected, anytime)).to.be.greaterThan(0)
    expect(model.room(expected + 10, anytime)).to.equal(0)
    const given = model.roomAt(expected + 10, anytime)
    expect(model.room(given - 1, anytime)).to.equal(0)
    model.answered(expected + 20)
    expect(model.room(expected + 20, anytime)).to.be.greaterThan(0)
  })

  for (const how of ['is not answered for a second', 'could not be sent']) {
    it(`waits no longer for an answer where the question ${how}`, () => {
      const model = measured()
      model.sent(1000, { now, wire: WINDOW })
      model.asked({ now, wire: WINDOW + 1000 })
      const overdue = now + 200
      expect(model.room(overdue, anytime)).to.equal(0)
      if (how === 'could not be sent') model.unasked()
      const then = how === 'could not be sent' ? overdue : model.roomAt(overdue, anytime)
      expect(then).to.be.at.most(now + 1200)
      expect(model.room(then, anytime)).to.be.greaterThan(0)
    })
  }

  it('forgets the window after a pause', () => {
    const model = measured()
    model.restart(now + 2000)
    expect(model.room(now + 2000, { ...anytime, backlog: 1000 })).to.equal(WINDOW)
  })
})

describe('scheduler: the times of routes', () => {
  const learn = (route: string, ...times: number[]) => {
    for (const took of times) routeTimes.learn(route, 0, { took, size: 4000 })
    return routeTimes.expect(route, 0)
  }

  it('expects nothing before three answers', () => {
    expect(learn('/two', 200, 200)).to.equal(undefined)
    expect(learn('/three', 200, 200, 200)).to.deep.equal({ due: 198, size: 4000 })
  })

  it('expects the page the sooner the less its times agree', () => {
    expect(learn('/steady', 190, 210, 200)?.due).to.be.greaterThan(
      learn('/unsteady', 100, 300, 200)?.due ?? Infinity,
    )
  })

  it('knows each part of a page by itself', () => {
    for (let n = 0; n < 3; n++) {
      routeTimes.learn('/parts', 0, { took: 10, size: 500 })
      routeTimes.learn('/parts', 1, { took: 60, size: 9000 })
    }
    expect(routeTimes.expect('/parts', 0)).to.deep.equal({ due: 8, size: 500 })
    expect(routeTimes.expect('/parts', 1)).to.deep.equal({ due: 58, size: 9000 })
    expect(routeTimes.expect('/parts', 2)).to.equal(undefined)
  })

  it('takes a route for one that comes in parts where most of its pages do', () => {
    const page = (...pauses: number[]) =>
      [10, ...pauses].forEach((took, part) =>
        routeTimes.learn('/seldom', part, { took, size: 500 }),
      )
    expect(routeTimes.inParts('/seldom')).to.equal(false)
    for (let n = 0; n < 3; n++) page(60)
    expect(routeTimes.inParts('/seldom')).to.equal(true)
    for (let n = 0; n < 3; n++) page()
    expect(routeTimes.inParts('/seldom')).to.equal(false)
  })

  it('does not remember paths of any length', () => {
    expect(learn(`/${'x'.repeat(300)}`, 200, 200, 200)).to.equal(undefined)
  })

  it('keeps a route that is asked for, however many others there are', () => {
    learn('/popular', 200, 200, 200)
    for (let n = 0; n < 2500; n++) {
      learn(`/junk/${n}`, 1)
      expect(routeTimes.expect('/popular', 0)).not.to.equal(undefined)
    }
  })
})
