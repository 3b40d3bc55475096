import type { Asset, Chunk } from '../types.js'
import { Field } from './field.js'
import { assetMaker, isRecord, LazyChunk, type ManifestReader, sortAssets } from './reader.js'

/** An esbuild metafile, as far as it is read. https://esbuild.github.io/api/#metafile */
export interface EsbuildMetafile {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, EsbuildOutput>>
}

export interface EsbuildOutput {
  readonly imports: readonly {
    readonly path: string
    readonly kind: string
    readonly external?: boolean
  }[]
  readonly exports?: readonly string[]
  readonly entryPoint?: string
  readonly cssBundle?: string
}

export const esbuild: ManifestReader = {
  format: 'esbuild',
  expects: 'an esbuild metafile ("inputs" and "outputs": metafile: true makes it)',
  detects: (json) => isRecord(json) && isRecord(json.inputs) && isRecord(json.outputs),
  *read(json, options) {
    const outputs = new Map(new Field('esbuild metafile', json).get('outputs').members())
    const folder = commonFolder([...outputs.keys()])
    const edges = new Map<string, readonly Edge[]>()
    for (const [path, output] of outputs) {
      edges.set(path, edgesOf(output, outputs))
      yield
    }
    const script = isEsm([...edges.values()], outputs) ? 'module' : 'classic'
    const toAsset = assetMaker(options.base ?? '/', options, { script })
    const ids = idsOf(outputs)
    const chunks = new Map<string, Chunk>()
    for (const [path, output] of outputs) {
      const build = { edges, ids, toAsset: (file: string) => toAsset(file.slice(folder.length)) }
      if (/\.(?:[cm]?js|css)$/.test(path))
        chunks.set(ids.get(path) ?? path, toChunk(path, output, build))
      yield
    }
    return { format: 'esbuild', chunks, entries: entriesOf(outputs, edges, ids) }
  },
}

interface Edge {
  readonly path: string
  readonly kind: string
}

interface Build {
  readonly edges: ReadonlyMap<string, readonly Edge[]>
  readonly ids: ReadonlyMap<string, string>
  readonly toAsset: (file: string) => Asset
}

function edgesOf(output: Field, outputs: ReadonlyMap<string, Field>): Edge[] {
  const edges = output
    .get('imports')
    .items()
    .map((item) => ({
      path: item.get('path').string(),
      kind: item.get('kind').string(),
    }))
  return edges.filter(({ path }) => outputs.has(path))
}

function toChunk(path: string, output: Field, { edges, ids, toAsset }: Build): Chunk {
  const bundle = output.get('cssBundle').optionalString()
  const leads = (kinds: RegExp) => (edges.get(path) ?? []).filter(({ kind }) => kinds.test(kind))
  const files = [...leads(FILES), ...(bundle === undefined ? [] : (edges.get(bundle) ?? []))]
  const targets = (kinds: RegExp) => leads(kinds).map((edge) => ids.get(edge.path) ?? edge.path)
  return new LazyChunk(
    { imports: targets(STATIC), dynamicImports: targets(/^dynamic-import$/) },
    () => {
      const own = toAsset(path)
      return {
        scripts: own.as === 'script' ? [own] : [],
        styles: [
          ...(own.as === 'style' ? [own] : []),
          ...(bundle === undefined ? [] : [toAsset(bundle)]),
        ],
        resources: sortAssets(files.map((file) => toAsset(file.path))).resources,
      }
    },
  )
}

const STATIC = /^(?:import-statement|require-call)$/
const FILES = /^(?:file-loader|url-token)$/

/** Entry points are called by their source, as people know them; a CSS bundle has the name of its script's. */
function idsOf(outputs: ReadonlyMap<string, Field>): ReadonlyMap<string, string> {
  const taken = new Map<string, string>()
  const scriptsFirst = [...outputs].toSorted(
    ([a], [b]) => Number(a.endsWith('.css')) - Number(b.endsWith('.css')),
  )
  for (const [path, output] of scriptsFirst) {
    const source = output.get('entryPoint').optionalString()
    if (source !== undefined && !taken.has(source)) taken.set(source, path)
  }
  return new Map([...taken].map(([source, path]) => [path, source]))
}

/** What is imported dynamically has an entry point, too, but no page starts from it. */
function entriesOf(
  outputs: ReadonlyMap<string, Field>,
  edges: ReadonlyMap<string, readonly Edge[]>,
  ids: ReadonlyMap<string, string>,
): string[] {
  const dynamic = new Set(
    [...edges.values()]
      .flat()
      .filter(({ kind }) => kind === 'dynamic-import')
      .map(({ path }) => path),
  )
  return [...outputs.keys()].flatMap((path) => (dynamic.has(path) ? [] : (ids.get(path) ?? [])))
}

/** The metafile does not tell its format: chunks that import or export are modules. */
function isEsm(edges: readonly (readonly Edge[])[], outputs: ReadonlyMap<string, Field>): boolean {
  const linked = edges.flat().some(({ kind }) => STATIC.test(kind) || kind === 'dynamic-import')
  return linked || [...outputs.values()].some((output) => output.get('exports').items().length > 0)
}

/** Paths are relative to where esbuild ran: what all have in common is the output folder. */
function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths
  let length = first.length
  for (const path of others) {
    let same = 0
    while (same < length && path[same] === first[same]) same += 1
    length = same
  }
  return first.slice(0, first.slice(0, length).lastIndexOf('/') + 1)
}
