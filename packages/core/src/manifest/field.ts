import { describe, PushplanError } from '../errors.js'
import { isRecord } from './reader.js'

/** A value of a manifest and the place it stands at: what is not as expected is an error that names both. */
export class Field {
  readonly value: unknown
  readonly #tool: string
  readonly #path: string

  /** @param tool Who wrote the manifest, for the error. */
  constructor(tool: string, value: unknown, path = '') {
    this.#tool = tool
    this.value = value
    this.#path = path
  }

  /** A member of an object; without a value where there is none. */
  get(key: string): Field {
    if (this.value === undefined || this.value === null) return this.#at(key, undefined)
    if (!isRecord(this.value)) throw this.wrong('an object')
    return this.#at(key, Object.hasOwn(this.value, key) ? this.value[key] : undefined)
  }

  /** The members of an object; none where there is no value. */
  members(): [name: string, field: Field][] {
    if (this.value === undefined || this.value === null) return []
    if (!isRecord(this.value)) throw this.wrong('an object')
    return Object.entries(this.value).map(([key, value]) => [key, this.#at(key, value)])
  }

  /** The items of an array; none where there is no value. */
  items(): Field[] {
    if (this.value === undefined || this.value === null) return []
    if (!Array.isArray(this.value)) throw this.wrong('an array')
    return Array.from(this.value, (value: unknown, index) => this.#at(index, value))
  }

  strings(): string[] {
    return this.items().map((item) => item.string())
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.wrong('a string')
    return this.value
  }

  /** Undefined where there is none. Ids are numbers in production builds of webpack. */
  optionalString(): string | undefined {
    if (this.value === undefined || this.value === null) return undefined
    return typeof this.value === 'number' ? String(this.value) : this.string()
  }

  wrong(expected: string): PushplanError {
    return new PushplanError(
      'PUSHPLAN_MANIFEST_INVALID',
      `The ${this.#tool} is broken at "${this.#path}": found ${describe(this.value)} where ${expected} is expected. Build again.`,
    )
  }

  #at(key: string | number, value: unknown): Field {
    return new Field(this.#tool, value, this.#path === '' ? String(key) : `${this.#path}.${key}`)
  }
}
