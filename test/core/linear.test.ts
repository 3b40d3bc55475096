import { expect } from 'chai'
import { atOnce, createPlanner, readManifest, readSsrManifest } from '@pushplan/core'
import { SAMPLES } from '../../bench/manifest/samples.ts'

/** `json` as it is; `read` is called for each property, key and item that is looked at. */
function counted<T>(json: T, read: (count: number) => void): T {
  if (typeof json !== 'object' || json === null) return json
  return new Proxy(json, {
    get(target, name) {
      read(1)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value : counted(value, read)
    },
    has(target, name) {
      read(1)
      return Reflect.has(target, name)
    },
    getOwnPropertyDescriptor(target, name) {
      read(1)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
    ownKeys(target) {
      const keys = Reflect.ownKeys(target)
      read(keys.length)
      return keys
    },
  })
}

function countReads(json: unknown, work: (json: unknown) => void): number {
  let reads = 0
  work(counted(json, (count) => (reads += count)))
  return reads
}

function readAndPlan(json: unknown): void {
  const graph = readManifest(json)
  expect(graph.entries).not.to.deep.equal([])
  for (const entry of graph.entries.slice(0, 3)) createPlanner(graph).planOf(entry)
}

const readSsr = (json: unknown) => void atOnce(readSsrManifest(json))

const ssr = (size: number) =>
  Object.fromEntries(Array.from({ length: size }, (_, id) => [id, [`/${id}.js`, '/all.css']]))

describe('readers of a manifest that is four times as large', () => {
  const rows = [
    ...Object.entries(SAMPLES).map(([name, make]) => ({ name, make, work: readAndPlan })),
    { name: 'vite-ssr', make: ssr, work: readSsr },
  ]
  for (const { name, make, work } of rows) {
    it(`${name}: look at no more than four times as much`, () => {
      const reads = [100, 400, 1600].map((size) => countReads(make(size), work))
      const [small = 0, medium = 0, large = 0] = reads
      expect(small).to.be.at.least(100)
      expect(medium / small).to.be.within(2, 4.2)
      expect(large / medium).to.be.within(2, 4.2)
    })
  }
})
