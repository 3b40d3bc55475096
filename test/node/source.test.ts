import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import {
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPushplan, type Pushplan } from '@pushplan/node'
import { visit } from '../support/client.ts'

/** Of the images of the second build together: more than is kept. */
const IMAGES = 340
const body = Buffer.alloc(100 * 1024)

describe('bodies that are kept', () => {
  let folder: string
  let path: string
  let server: Http2Server
  let pushplan: Pushplan
  /** URLs that clients of this server's own authority were answered for, in order. */
  const asked: string[] = []
  let heard: (type: string) => void

  const manifest = (images: number) =>
    JSON.stringify({
      main: {
        file: 'a.js',
        isEntry: true,
        assets: Array.from({ length: images }, (_, index) => `${index}.png`),
      },
    })

  beforeEach(async () => {
    asked.length = 0
    folder = await mkdtemp(join(tmpdir(), 'pushplan-'))
    path = join(folder, 'manifest.json')
    await writeFile(path, manifest(0))
    const handler = (request: IncomingMessage, response: ServerResponse) => {
      if (request.headers.host !== 'localhost') asked.push(request.url ?? '')
      response.setHeader('cache-control', 'immutable')
      response.end(request.url?.endsWith('.png') ? body : 'a()')
      if (request.url === `/${IMAGES - 1}.png`) response.once('close', () => heard('last image'))
    }
    const onDelivery = ({ type }: { type: string }) => heard(type)
    pushplan = createPushplan({ manifest: path, watch: true, onDelivery }, { handler, warn() {} })
    server = createServer((request: Http2ServerRequest, response: Http2ServerResponse) => {
      pushplan.begin({ request, response })
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  })
  afterEach(async () => {
    pushplan.close()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })

  it('are those of what is pushed, whatever else a build has', async () => {
    const { port } = server.address() as AddressInfo
    const pushed = async () =>
      (await visit(`http://localhost:${port}`)).pushes.map((push) => push.path)
    heard = () => {}
    await pushplan.check()
    expect(await pushed()).to.deep.equal(['/a.js'])
    const checked = new Promise<void>((resolve) => {
      heard = (type) => type === 'last image' && resolve()
    })
    await writeFile(path, manifest(IMAGES))
    await checked
    expect(await pushed()).to.deep.equal(['/a.js'])
    expect(asked).to.deep.equal(['/a.js'])
  })
})

describe('a question to the application', () => {
  const manifest = { main: { file: 'a.js', isEntry: true } }

  it('that is given up ends there, too', async () => {
    const closed = new Promise<void>((resolve) => {
      const handler = (_request: IncomingMessage, response: ServerResponse) => {
        response.once('close', resolve).write(Buffer.alloc(9 * 1024 * 1024))
      }
      void createPushplan({ manifest }, { handler, warn() {} }).check()
    })
    await closed
  })

  it('comes over what has the methods of a socket', async () => {
    const warnings: string[] = []
    const handler = (request: IncomingMessage, response: ServerResponse) => {
      request.setTimeout(1000)
      response.setTimeout(1000)
      request.socket.setNoDelay(true).setKeepAlive(true).ref().unref()
      response.end(request.socket.address().toString())
    }
    const warn = (message: string) => warnings.push(message)
    await createPushplan({ manifest }, { handler, warn }).check()
    expect(warnings).to.deep.equal([])
  })
})

describe('the check of a large build', () => {
  it('asks for a few assets in each turn of the event loop', async () => {
    const files = Array.from({ length: 200 }, (_, index) => `${index}.js`)
    const manifest = Object.fromEntries(files.map((file) => [file, { file, isEntry: true }]))
    let checked = false
    const asked = [0]
    const count = () => {
      asked.push(0)
      if (!checked) setImmediate(count)
    }
    const handler = (_request: IncomingMessage, response: ServerResponse) => {
      asked.push((asked.pop() ?? 0) + 1)
      response.end()
    }
    setImmediate(count)
    await createPushplan({ manifest }, { handler, warn() {} }).check()
    checked = true
    expect(asked.reduce((sum, turn) => sum + turn, 0)).to.equal(200)
    expect(Math.max(...asked)).to.be.at.most(16)
  })
})
