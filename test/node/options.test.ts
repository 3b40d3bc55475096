import { expect } from 'chai'
import { fileURLToPath } from 'node:url'
import { PushplanError } from '@pushplan/core'
import { createPushplan, type PushplanOptions } from '@pushplan/node'
import { DIST } from '../support/site.js'

const manifest = new URL('.vite/manifest.json', DIST)
const host = { handler: () => {}, warn: () => {} }
// What JavaScript users write is not typed.
const create = (options: object) => () => createPushplan(options as PushplanOptions, host)

describe('createPushplan', () => {
  it('takes the manifest as a path, a URL and an object', async () => {
    const { default: json } = await import(manifest.href, { with: { type: 'json' } })
    for (const source of [manifest, fileURLToPath(manifest), json]) {
      expect(create({ manifest: source })().planOf('index.html').assets).to.have.length(8)
    }
  })

  const wrong: [options: object, code: string, message: RegExp][] = [
    [{}, 'PUSHPLAN_OPTION_INVALID', /Option "manifest" can't be undefined.*path of the manifest/],
    [{ manifest: '' }, 'PUSHPLAN_OPTION_INVALID', /Option "manifest" can't be ""/],
    [
      { manifest, earlyHint: 'never' },
      'PUSHPLAN_OPTION_UNKNOWN',
      /"earlyHint". Did you mean "earlyHints"\?/,
    ],
    [
      { manifest, push: { maxByte: 1 } },
      'PUSHPLAN_OPTION_UNKNOWN',
      /"push.maxByte". Did you mean "maxBytes"\?/,
    ],
    [
      { manifest, earlyHints: true },
      'PUSHPLAN_OPTION_INVALID',
      /"earlyHints" can't be true. Expected "http2" or "always" or "never"/,
    ],
    [
      { manifest, push: { maxBytes: -1 } },
      'PUSHPLAN_OPTION_INVALID',
      /"push.maxBytes" can't be -1. Expected a whole number/,
    ],
    [
      { manifest, push: 'yes' },
      'PUSHPLAN_OPTION_INVALID',
      /"push" can't be "yes". Expected true, false or an object/,
    ],
    [
      { manifest, link: { maxBytes: '2k' } },
      'PUSHPLAN_OPTION_INVALID',
      /"link.maxBytes" can't be "2k"/,
    ],
    [
      { manifest, base: 'static' },
      'PUSHPLAN_OPTION_INVALID',
      /"base" can't be "static". Expected a path that starts with \//,
    ],
    [
      { manifest, visit: { cookie: 'a b' } },
      'PUSHPLAN_OPTION_INVALID',
      /"visit.cookie" can't be "a b"/,
    ],
    [
      { manifest, visit: { path: '/;x' } },
      'PUSHPLAN_OPTION_INVALID',
      /"visit.path" can't be "\/;x"/,
    ],
    [
      { manifest, visit: { path: '/<x' } },
      'PUSHPLAN_OPTION_INVALID',
      /"visit.path" can't be "\/<x". Expected a path that starts with \/ and has no ; or </,
    ],
    [
      { manifest, routes: { '/a/*': 'index.html' } },
      'PUSHPLAN_OPTION_INVALID',
      /"routes" can't be "\/a\/\*".*wildcard needs a name/,
    ],
    [
      { manifest, routes: { '/': 1 } },
      'PUSHPLAN_OPTION_INVALID',
      /"routes" can't be an object with the keys "\/"/,
    ],
    [
      { manifest, routes: { '/': 'idnex.html' } },
      'PUSHPLAN_ENTRY_UNKNOWN',
      /no entry "idnex.html". Did you mean "index.html"\?/,
    ],
    [
      { manifest, crossorigin: { style: true } },
      'PUSHPLAN_OPTION_INVALID',
      /"crossorigin.style" can't be true/,
    ],
    [
      { manifest, onDelivery: {} },
      'PUSHPLAN_OPTION_INVALID',
      /"onDelivery" can't be an empty object. Expected a function/,
    ],
    [
      { manifest: 'dist/none.json' },
      'PUSHPLAN_MANIFEST_MISSING',
      /Can't read the manifest \/.*dist\/none.json .*Build first/,
    ],
    [{ manifest: 'README.md' }, 'PUSHPLAN_MANIFEST_INVALID', /\/README.md is not JSON/],
    [
      { manifest: 'package.json' },
      'PUSHPLAN_MANIFEST_INVALID',
      /\/package.json: This is no build manifest: found an object with the keys "name"/,
    ],
  ]
  for (const [options, code, message] of wrong) {
    it(`throws ${code} for ${JSON.stringify(options)}`, () => {
      expect(create(options)).to.throw(PushplanError, message).with.property('code', code)
    })
  }
})
