import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { schedule, SessionScheduler } from '@pushplan/node'
import { ALL_ASSETS, type Arm, type BenchAsset, type Cell, linkOf, ASSETS, pageOf } from './page.ts'

/** Bytes pushed at most, and the largest asset that is: pushplan's defaults. */
const PUSH_BUDGET = 256 * 1024
const PUSH_LARGEST = 128 * 1024
const URGENCY = { style: 0, font: 1, script: 2, image: 5 } as const

const plain = serve()
const scheduled = serve()
if (process.env.SCHEDULE !== 'off') schedule(scheduled)
process.send?.({ plain: await listen(plain), scheduled: await listen(scheduled) })
process.on('disconnect', () => process.exit())

async function listen(server: Http2Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function serve(): Http2Server {
  const server = createServer()
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    const path = String(headers[':path'])
    const asset = ALL_ASSETS.get(path)
    if (asset !== undefined) return answer(stream, asset)
    const [, , arm = '', cell = ''] = path.split('/').map(decodeURIComponent)
    servePage(stream, arm as Arm, JSON.parse(cell) as Cell)
  })
  return server
}

function answer(stream: ServerHttp2Stream, { type, body }: BenchAsset): void {
  if (stream.destroyed) return
  stream.respond({ ':status': 200, 'content-type': type, 'content-length': body.length })
  stream.end(body)
}

function servePage(stream: ServerHttp2Stream, arm: Arm, cell: Cell): void {
  const assets = ASSETS[cell.assets]
  const link = assets.map(linkOf)
  if (arm === 'hand 103') stream.additionalHeaders({ ':status': 103, link })
  if (arm === 'naive push') for (const asset of assets) push(stream, asset)
  if (arm === 'by push') {
    const { pushed, hinted } = plan(assets)
    for (const asset of pushed) push(stream, asset, URGENCY[asset.as])
    hintWhenItTakes(stream, hinted.map(linkOf))
  }
  if (arm === 'by 103') hintWhenItTakes(stream, link)
  const headers = arm.startsWith('by') ? { link } : {}
  if (cell.think === 0) void write(stream, cell, headers)
  else setTimeout(() => void write(stream, cell, headers), cell.think)
}

/** What fits the budget is pushed, the rest hinted. */
function plan(assets: readonly BenchAsset[]): Record<'pushed' | 'hinted', BenchAsset[]> {
  let left = PUSH_BUDGET
  const pushed = assets.filter(({ body }) => {
    const fits = body.length <= PUSH_LARGEST && body.length <= left
    if (fits) left -= body.length
    return fits
  })
  return { pushed, hinted: assets.filter((asset) => !pushed.includes(asset)) }
}

function push(page: ServerHttp2Stream, asset: BenchAsset, urgency?: number): void {
  if (!page.pushAllowed) return
  page.pushStream({ ':path': asset.path }, (error, stream) => {
    if (error) return
    stream.on('error', () => {})
    if (urgency !== undefined) SessionScheduler.find(stream)?.adopt(stream, { urgency })
    answer(stream, asset)
  })
}

/** A 103 if the page has not been answered by the next turn of the event loop. */
function hintWhenItTakes(stream: ServerHttp2Stream, link: string[]): void {
  if (link.length === 0) return
  setImmediate(() => {
    if (!stream.headersSent && !stream.destroyed) {
      stream.additionalHeaders({ ':status': 103, link })
    }
  })
}

async function write(stream: ServerHttp2Stream, cell: Cell, headers: { link?: string[] }) {
  const chunks = pageOf(cell)
  for (const [index, { wait, text }] of chunks.entries()) {
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    if (stream.destroyed) return
    if (index === 0) stream.respond({ ':status': 200, 'content-type': 'text/html', ...headers })
    if (index === chunks.length - 1) stream.end(text)
    else stream.write(text)
  }
}
