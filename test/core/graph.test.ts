import { expect } from 'chai'
import fc from 'fast-check'
import { type AssetGraph, type Chunk, createAsset, createPlan, createPlanner } from '@pushplan/core'

/** A graph by the ids that each id imports; every chunk has one script and one stylesheet. */
function graphOf(
  edges: Readonly<Record<string, readonly string[]>>,
  onLookup = () => {},
): AssetGraph {
  const chunks = new Map<string, Chunk>()
  for (const [id, imports] of Object.entries(edges)) {
    chunks.set(id, {
      scripts: [createAsset(`/${id}.js`)],
      styles: [createAsset(`/${id}.css`)],
      resources: [],
      imports,
      dynamicImports: [],
    })
  }
  const get = chunks.get.bind(chunks)
  chunks.get = (id) => {
    onLookup()
    return get(id)
  }
  return { format: 'vite', chunks, entries: [...chunks.keys()] }
}

/** Any graph of up to 12 chunks, cycles, loops and dangling ids included. */
const edges = fc.integer({ min: 1, max: 12 }).chain((size) => {
  const ids = Array.from({ length: size }, (_, index) => `c${index}`)
  const imports = fc.uniqueArray(fc.constantFrom(...ids, 'dangling'))
  return fc.record(Object.fromEntries(ids.map((id) => [id, imports])))
})

function reachable(graph: Readonly<Record<string, readonly string[]>>, root: string): Set<string> {
  const found = new Set([root])
  for (const id of found) for (const next of graph[id] ?? []) if (next in graph) found.add(next)
  return found
}

describe('plans of one graph', () => {
  it('are the same in every order of asking', () => {
    fc.assert(
      fc.property(edges, fc.func(fc.integer()), (graph, order) => {
        const ids = Object.keys(graph)
        const shuffled = ids.toSorted((a, b) => order(a) - order(b))
        const one = createPlanner(graphOf(graph))
        const other = createPlanner(graphOf(graph))
        for (const id of shuffled) other.planOf(id)
        for (const id of ids) expect(other.planOf(id)).to.deep.equal(one.planOf(id))
      }),
    )
  })

  it('hold from every root what can be reached from it, each once', () => {
    fc.assert(
      fc.property(edges, (graph) => {
        for (const root of Object.keys(graph)) {
          const urls = createPlan(graphOf(graph), root).assets.map(({ url }) => url)
          const expected = [...reachable(graph, root)].flatMap((id) => [`/${id}.css`, `/${id}.js`])
          expect(urls.toSorted()).to.deep.equal(expected.toSorted())
        }
      }),
    )
  })

  it('of the members of a cycle hold the same assets', () => {
    fc.assert(
      fc.property(edges, (graph) => {
        const urls = (root: string) =>
          createPlan(graphOf(graph), root)
            .assets.map(({ url }) => url)
            .toSorted()
        for (const root of Object.keys(graph)) {
          for (const id of reachable(graph, root)) {
            if (reachable(graph, id).has(root)) expect(urls(id)).to.deep.equal(urls(root))
          }
        }
      }),
    )
  })

  it('take a number of lookups that grows with chunks and imports, not with paths', () => {
    const lookups = (layers: number) => {
      let count = 0
      const layer = (index: number) => [`a${index}`, `b${index}`]
      const graph = Object.fromEntries(
        Array.from({ length: layers }, (_, index) =>
          layer(index).map((id) => [id, index + 1 < layers ? layer(index + 1) : []]),
        ).flat(),
      )
      createPlan(
        graphOf(graph, () => (count += 1)),
        'a0',
      )
      return count
    }
    // 2 ** 1000 paths lead through 1,000 layers.
    expect(lookups(1000)).to.be.at.most(2 * 1000 + 1)
    expect(lookups(2000) / lookups(1000)).to.be.closeTo(2, 0.01)
  })

  it('of a deep chain need no deep stack', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`c${index}`, [`c${index + 1}`]]),
    )
    expect(createPlan(graphOf(chain), 'c0').assets).to.have.length(100_000)
  })
})
