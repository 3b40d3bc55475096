import { createAsset } from '@pushplan/core'
import { expect } from 'chai'
import { PushBreaker } from '../../packages/node/src/push/breaker.ts'

const asset = createAsset('/a.css')

describe('the breaker of an asset', () => {
  const record = (breaker: PushBreaker, outcome: 'cancelled' | 'delivered', times: number) => {
    for (let n = 0; n < times; n++) breaker.record(asset, outcome)
    return breaker.isOpen(asset)
  }

  it('opens where clients reset over half of at least 20 pushes', () => {
    const breaker = new PushBreaker()
    expect(record(breaker, 'cancelled', 19)).to.equal(false)
    expect(record(breaker, 'cancelled', 1)).to.equal(true)
    expect(breaker.isOpen(createAsset('/b.css'))).to.equal(false)
  })

  it('closes where deliveries, which end later, show that they were fewer', () => {
    const breaker = new PushBreaker()
    expect(record(breaker, 'cancelled', 20)).to.equal(true)
    expect(record(breaker, 'delivered', 19)).to.equal(true)
    expect(record(breaker, 'delivered', 1)).to.equal(false)
  })

  it('does not count what the client did not decide', () => {
    const breaker = new PushBreaker()
    for (let n = 0; n < 40; n++) breaker.record(asset, 'abandoned')
    expect(record(breaker, 'cancelled', 19)).to.equal(false)
  })
})
