import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const run = promisify(execFile)
const root = new URL('../', import.meta.url)
const require = createRequire(import.meta.url)

/** What each package exports at run time: a change here is a change of the public interface. */
const EXPORTS: Record<string, string[]> = {
  core: [
    'DEFAULT_LINK_BYTES',
    'MOST_REMEMBERED',
    'PushplanError',
    'atOnce',
    'createAsset',
    'createPlan',
    'createPlanner',
    'createRouter',
    'decide',
    'decodeDigest',
    'describe',
    'detectBase',
    'encodeDigest',
    'extendPlan',
    'formatLink',
    'holds',
    'isSsrManifest',
    'isUrgentImage',
    'joints',
    'linkValues',
    'manifestSteps',
    'mayBePushed',
    'mergeDigest',
    'pageCrossorigin',
    'parseCacheDigest',
    'parseLink',
    'pathOnOrigin',
    'planningShape',
    'pushableAssets',
    'readHtml',
    'readManifest',
    'readPage',
    'readSsrManifest',
    'remembers',
    'resolveOptions',
    'validateOptions',
  ],
  express: ['createSecureServer', 'createServer', 'default', 'requestListener'],
  fastify: ['default'],
  node: [
    'INERT',
    'PushplanError',
    'SessionScheduler',
    'createPushplan',
    'prepareServer',
    'schedule',
    'settleWithHeaders',
  ],
}

describe('packages', () => {
  it('are all known to this test', () =>
    expect(readdirSync(new URL('packages', root)).toSorted()).to.deep.equal(Object.keys(EXPORTS)))

  for (const [name, names] of Object.entries(EXPORTS)) {
    describe(`@pushplan/${name}`, () => {
      const folder = fileURLToPath(new URL(`packages/${name}`, root))

      it('exports these names to import and to require()', async () => {
        const imported: object = await import(`@pushplan/${name}`)
        const required: object = require(`@pushplan/${name}`)
        const own = (module: object) =>
          Object.keys(module).filter((key) => key !== '__esModule' && key !== 'module.exports')
        expect(own(imported).toSorted()).to.deep.equal(names)
        expect(own(required).toSorted()).to.deep.equal(names)
      })

      it('is published as publint wants it', async () => {
        const pkg = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
        const { messages } = await publint({ pkgDir: folder, strict: true })
        expect(messages.map((message) => formatMessage(message, pkg))).to.deep.equal([])
      }).timeout(60_000)

      it('has types that every resolution mode finds', async () => {
        const attw = fileURLToPath(new URL('node_modules/.bin/attw', root))
        await run(attw, ['--pack', folder, '--profile', 'esm-only'])
      }).timeout(60_000)
    })
  }
})
