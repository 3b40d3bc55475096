import type { Asset } from '@pushplan/core'
import pushplan, { type PushplanOptions } from '@pushplan/fastify'
import type { PushplanEvent } from '@pushplan/node'
import { expectTypeOf } from 'expect-type'
import Fastify, { type FastifyReply } from 'fastify'

const app = Fastify()

void app.register(pushplan, { manifest: 'dist/.vite/manifest.json' })
void app.register(pushplan, {
  manifest: new URL('file:///manifest.json'),
  routes: { '/': 'src/main.ts', '/health': false },
  push: { maxBytes: 1 },
  earlyHints: 'always',
  link: false,
  visit: { cookie: 'seen' },
  onDelivery: (event) => expectTypeOf(event).toEqualTypeOf<PushplanEvent>(),
})
// @ts-expect-error: the manifest is the one option that is needed
void app.register(pushplan, {})
// @ts-expect-error: no such tier
void app.register(pushplan, { manifest: {}, earlyHints: 'http1' })

app.get('/admin', { config: { pushplan: 'src/admin.ts' } }, (_request, reply) => {
  reply.pushplan.entry('src/admin.ts')
  reply.pushplan.add('/hero.avif')
  reply.pushplan.add({ url: '/hero.avif', fetchpriority: 'high' })
  // @ts-expect-error: a URL is needed
  reply.pushplan.add({ as: 'image' })
  return reply.send()
})
app.get('/health', { config: { pushplan: false } }, () => 'ok')

expectTypeOf<PushplanOptions['manifest']>().toEqualTypeOf<string | URL | object>()
expectTypeOf<Parameters<FastifyReply['pushplan']['add']>[0]>().toExtend<string | Partial<Asset>>()
