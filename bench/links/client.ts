import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { ALL_ASSETS, type Arm, ASSETS, type Cell, FONT, STYLE } from './page.ts'

/** When something was complete, in ms after the request of the page. */
export interface Times {
  readonly html: number
  readonly css: number
  readonly font: number
  readonly all: number
  /** Assets in the order in which they were complete. */
  readonly order: readonly string[]
}

const STREAM_WINDOW = 6 * 1024 * 1024
const SESSION_WINDOW = 15 * 1024 * 1024

/** Loads the page of `cell` once, on a connection of its own, as a browser does. */
export async function load(port: number, path: string, { cell, arm }: Run): Promise<Times> {
  const session = connect(`http://127.0.0.1:${port}`, {
    settings: { initialWindowSize: STREAM_WINDOW, enablePush: arm.endsWith('push') },
  })
  try {
    // The settings, the window and the request go together, as a browser's first flight.
    await once(session, 'connect')
    session.setLocalWindowSize(SESSION_WINDOW)
    return await new Visit(session, cell).run(path)
  } finally {
    session.destroy()
  }
}

interface Run {
  readonly cell: Cell
  readonly arm: Arm
}

class Visit {
  readonly #session: ClientHttp2Session
  readonly #cell: Cell
  readonly #asked = new Set<string>()
  readonly #done = new Map<string, number>()
  readonly #complete: Promise<void>
  #resolve = () => {}
  #reject = (_error: Error) => {}
  #start = 0

  constructor(session: ClientHttp2Session, cell: Cell) {
    this.#session = session
    this.#cell = cell
    this.#complete = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  async run(path: string): Promise<Times> {
    this.#session.on('stream', (stream, headers) => {
      this.#receive(stream, String(headers[':path']))
    })
    this.#session.on('error', this.#reject)
    this.#start = performance.now()
    const page = this.#ask(path, { priority: 'u=0, i', dest: 'document', mode: 'navigate' })
    page.on('headers', (headers) => this.#hinted(headers.link))
    page.on('response', (headers) => this.#hinted(headers.link))
    this.#receive(page, 'html')
    await this.#complete
    return this.#times()
  }

  #ask(path: string, { priority, dest, mode }: Fetch): ClientHttp2Stream {
    return this.#session.request({
      ':path': path,
      priority,
      'sec-fetch-dest': dest,
      'sec-fetch-mode': mode,
    })
  }

  #hinted(link: string | string[] | undefined): void {
    this.#need([...String(link ?? '').matchAll(/<([^>]+)>/g)].map(([, path = '']) => path))
  }

  /** A browser's network process reads on while its renderer acts on what came: here they share a thread. */
  #need(paths: readonly string[]): void {
    setImmediate(() => {
      for (const path of paths) this.#fetch(path)
    })
  }

  /** Asks for it, unless it is on its way. */
  #fetch(path: string): void {
    const asset = ALL_ASSETS.get(path)
    if (asset === undefined || this.#asked.has(path)) return
    const { priority, as } = asset
    this.#receive(this.#ask(path, { priority, dest: as, mode: 'cors' }), path)
  }

  #receive(stream: ClientHttp2Stream, name: string): void {
    this.#asked.add(name)
    stream.on('error', this.#reject)
    stream.on('data', () => {})
    stream.on('end', () => this.#has(name))
  }

  #has(name: string): void {
    this.#done.set(name, performance.now() - this.#start)
    const assets = ASSETS[this.#cell.assets]
    if (name === STYLE) this.#need([FONT])
    if (name === 'html') this.#need(assets.map(({ path }) => path).filter((path) => path !== FONT))
    if (this.#done.size === assets.length + 1) this.#resolve()
  }

  #times(): Times {
    const at = (name: string) => this.#done.get(name) ?? Number.NaN
    const order = [...this.#done.keys()].filter((name) => name !== 'html')
    const all = Math.max(...this.#done.values())
    return { html: at('html'), css: at(STYLE), font: at(FONT), all, order }
  }
}

interface Fetch {
  readonly priority: string
  readonly dest: string
  readonly mode: string
}
