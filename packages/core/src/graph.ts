import type { AssetGraph, Chunk } from './types.js'

/**
 * The chunks that `roots` load statically, dependencies before dependents, each once: the order in
 * which Vite writes stylesheets, so that an entry's own rules win. Iterative, since real manifests
 * are deep, and safe on cycles, which are real too. Ids without a record are passed over.
 */
export function walk(graph: AssetGraph, roots: readonly string[]): readonly Chunk[] {
  const seen = new Set<string>()
  const order: Chunk[] = []
  const stack: { chunk?: Chunk; children: Iterator<string> }[] = [{ children: roots.values() }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const child = top.children.next()
    if (child.done === true) {
      if (top.chunk !== undefined) order.push(top.chunk)
      stack.pop()
      continue
    }
    const chunk = seen.has(child.value) ? undefined : graph.chunks.get(child.value)
    seen.add(child.value)
    if (chunk !== undefined) stack.push({ chunk, children: chunk.imports.values() })
  }
  return order
}
