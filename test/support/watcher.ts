/** A server process that watches a manifest: `wait` for its next change, or have nothing to wait for. */
import { createPushplan } from '@pushplan/node'

const [manifest = '', mode] = process.argv.slice(2)
const pushplan = createPushplan(
  {
    manifest,
    watch: true,
    onDelivery: ({ type }) => {
      if (type !== 'reload') return
      console.log(
        pushplan
          .planOf('index.html')
          .assets.map(({ url }) => url)
          .join(' '),
      )
      clearInterval(work)
    },
  },
  { handler: () => {}, warn: () => {} },
)
/** What a server's socket is to its process. */
const work = mode === 'wait' ? setInterval(() => {}, 60_000) : undefined
console.log('watching')
