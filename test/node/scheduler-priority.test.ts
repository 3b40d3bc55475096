import { expect } from 'chai'
import { asksForDocument } from '../../packages/node/src/document-request.ts'
import {
  parsePriority,
  requestPriority,
  responsePriority,
} from '../../packages/node/src/scheduler/priority.ts'

describe('parsePriority', () => {
  const cases: [string, ReturnType<typeof parsePriority>][] = [
    ['', {}],
    ['u=0', { urgency: 0 }],
    ['u=0, i', { urgency: 0, incremental: true }],
    ['i,u=7', { urgency: 7, incremental: true }],
    ['u=5;x=1, i;y', { urgency: 5, incremental: true }],
    ['i=?0', { incremental: false }],
    ['i=?1', { incremental: true }],
    ['u=1, u=4', { urgency: 4 }],
    ['u=8', {}],
    ['u=-1', {}],
    ['u=12', {}],
    ['u="1"', {}],
    ['xu=1, ui', {}],
    ['\tu=2 ,\ti ', { urgency: 2, incremental: true }],
    ['garbage;;=,', {}],
  ]
  for (const [header, expected] of cases) {
    it(`${JSON.stringify(header)} → ${JSON.stringify(expected)}`, () => {
      expect(parsePriority(header)).to.deep.equal(expected)
    })
  }
})

describe('requestPriority', () => {
  it('takes the header, with the defaults of RFC 9218 for what it leaves out', () => {
    expect(requestPriority({ priority: 'i' })).to.deep.equal({ urgency: 3, incremental: true })
    expect(requestPriority({ priority: 'u=1', 'sec-fetch-dest': 'image' })).to.deep.equal({
      urgency: 1,
      incremental: false,
    })
  })
  it('takes what a browser would send for the destination where there is no header', () => {
    expect(requestPriority({ 'sec-fetch-dest': 'style' })?.urgency).to.equal(0)
    expect(requestPriority({ 'sec-fetch-dest': 'font' })?.urgency).to.equal(1)
    expect(requestPriority({})).to.equal(undefined)
    expect(requestPriority({ 'sec-fetch-dest': 'constructor' })).to.equal(undefined)
  })
})

describe('responsePriority', () => {
  it("merges the application's header over what was asked for", () => {
    const asked = { urgency: 5, incremental: true }
    expect(responsePriority({ priority: 'u=1' }, asked)).to.deep.equal({
      urgency: 1,
      incremental: true,
    })
  })
  it('guesses by content type where nothing was asked for', () => {
    expect(responsePriority({ 'content-type': 'text/css' }, undefined).urgency).to.equal(0)
    expect(responsePriority({ 'content-type': 'application/json' }, undefined).urgency).to.equal(3)
  })
})

describe('asksForDocument', () => {
  it('goes by the destination, and by accept where there is none', () => {
    expect(asksForDocument({ 'sec-fetch-dest': 'document' })).to.equal(true)
    expect(asksForDocument({ 'sec-fetch-dest': 'empty', accept: 'text/html' })).to.equal(false)
    expect(asksForDocument({ accept: 'text/html' })).to.equal(true)
    expect(asksForDocument({})).to.equal(false)
  })
})
