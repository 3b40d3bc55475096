import { createServer, type RequestListener, type Server } from 'node:http'
import { type Asset, mayBePushed, pathOnOrigin, type Policy, type Supply } from '@pushplan/core'
import { LRUCache } from 'lru-cache'
import { type Answer, isImmutable, supplyOf } from './answer.js'
import { ask } from './ask.js'

/** How a client would ask for an asset: what the application's answer may depend on. */
export interface Asker {
  /** Scheme and authority. */
  readonly origin: string
  /** The `Accept-Encoding` header, '' where there is none. */
  readonly acceptEncoding: string
}

/** Body bytes kept in memory for pushes, all assets together. */
const KEPT_BYTES = 32 * 1024 * 1024
/** What is known of an asset's answer, without its body; bounds what odd request headers can fill. */
const KNOWN_ANSWERS = 10_000
/** Milliseconds after which an asset that could not be had is asked for again. */
const RETRY_AFTER = 30_000

interface Known {
  readonly supply: Supply
  /** `performance.now()` from which it is asked for again, where it can't be pushed. */
  readonly until: number
}

/**
 * Asks the application itself for its assets, in memory, through Node's own HTTP/1.1 parser and
 * response, so that routing, compression, validators and caching headers are the application's.
 * The request carries no cookie and no credentials: one answer serves all.
 */
export class AssetSource {
  readonly #server: Server
  readonly #push: Policy['push']
  readonly #answers = new LRUCache<string, Answer>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ body }) => body.length + 1024,
  })
  readonly #known = new LRUCache<string, Known>({ max: KNOWN_ANSWERS })
  readonly #pending = new Map<string, Promise<Answer>>()

  /** @param push Tells of which assets the body can be of use. */
  constructor(handler: RequestListener, push: Policy['push']) {
    this.#server = createServer(handler)
    this.#push = push
  }

  /**
   * What is known of the answer this client would get. Where that is nothing, or nothing good and
   * of another client or another time, the application is asked in the background, for the next.
   */
  supply(asset: Asset, asker: Asker): Supply {
    const own = this.#known.get(key(asset, asker))
    // The unencoded body is an upper bound for every encoding of it.
    const known =
      own ??
      this.#known.get(key(asset, { ...asker, acceptEncoding: '' })) ??
      this.#known.get(key(asset, { origin: '', acceptEncoding: '' }))
    const good = known?.supply.state === 'ready'
    if (!good && (own === undefined || own.until < performance.now())) {
      this.answer(asset, asker).catch(() => {})
    }
    return known?.supply ?? { state: 'unknown' }
  }

  /**
   * The application's answer. Immutable ones are kept where they can be pushed to somebody; several
   * who ask at once share one.
   *
   * @param asker.origin '' asks as a client of `http://localhost`: for the verdict, not to push it.
   * @throws Error where the application does not answer, or not whole.
   */
  async answer(asset: Asset, asker: Asker): Promise<Answer> {
    const id = key(asset, asker)
    const kept = this.#answers.get(id)
    if (kept !== undefined) return kept
    const pending = this.#pending.get(id) ?? this.#learn(id, asset, asker)
    this.#pending.set(id, pending)
    return pending.finally(() => this.#pending.delete(id))
  }

  async #learn(id: string, asset: Asset, asker: Asker): Promise<Answer> {
    const answer = await this.#ask(asset, asker).catch((error: unknown) => {
      this.#learned(id, { state: 'unpushable', why: 'no-answer' })
      throw error
    })
    const supply = supplyOf(answer)
    this.#learned(id, supply)
    const kept = supply.state === 'ready' && isImmutable(answer)
    if (kept && this.#canPush(asset, asker, supply.bytes)) this.#answers.set(id, answer)
    return answer
  }

  #canPush(asset: Asset, asker: Asker, bytes: number): boolean {
    if (this.#push === false || asker.origin === '') return false
    return bytes <= this.#push.maxAssetBytes && mayBePushed(asset, this.#push)
  }

  #learned(id: string, supply: Supply): void {
    this.#known.set(id, { supply, until: performance.now() + RETRY_AFTER })
  }

  async #ask(asset: Asset, asker: Asker): Promise<Answer> {
    const origin = asker.origin || 'http://localhost'
    const path = pathOnOrigin(asset.url, origin)
    if (path === undefined) throw new Error(`${asset.url} is of another origin than ${origin}`)
    return ask(this.#server, { origin, path, acceptEncoding: asker.acceptEncoding })
  }
}

function key(asset: Asset, asker: Asker): string {
  return `${asker.origin} ${asker.acceptEncoding} ${asset.url}`
}
