import {
  createPushplan,
  type Exchange,
  INERT,
  type PagePlan,
  prepareServer,
  PushplanError,
  type PushplanOptions,
  settleWithHeaders,
} from '@pushplan/node'
import type { FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'

const EXCHANGE = Symbol('pushplan.exchange')

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The entry this route's page starts from; `false`: nothing is delivered with it. */
    pushplan?: string | false
  }
  interface FastifyReply {
    /** For handlers that know more of their page than its path tells. */
    pushplan: PagePlan
    [EXCHANGE]: Exchange | null
  }
}

const plugin: FastifyPluginAsync<PushplanOptions> = async (app, options) => {
  if (app.hasReplyDecorator('pushplan')) {
    throw new PushplanError(
      'PUSHPLAN_OPTION_INVALID',
      'The plugin is registered twice for the same routes, which would hint everything twice. Register it once, or in sibling scopes.',
    )
  }
  const pushplan = createPushplan(options, {
    handler: (request, response) => app.routing(request, response),
    warn: (message) => app.log.warn(message),
  })
  if (options.schedule !== false) prepareServer(app.server)

  app.decorateReply('pushplan', {
    getter() {
      return this[EXCHANGE] ?? INERT
    },
  })
  app.decorateReply(EXCHANGE, null)

  app.addHook('onRoute', (route) => {
    const entry = route.config?.pushplan
    if (typeof entry === 'string') pushplan.planOf(entry)
  })
  app.addHook('onRequest', (request, reply, next) => {
    // A scope around one that has registered the plugin as well.
    if (reply[EXCHANGE] !== null) return next()
    const entry = request.routeOptions.config.pushplan
    const exchange = pushplan.begin({ request: request.raw, response: reply.raw, entry })
    if (exchange !== INERT) {
      reply[EXCHANGE] = exchange
      // Not by `onSend`: a handler can answer by `reply.raw`, and a stream fail before its first byte.
      settleWithHeaders(exchange, reply.raw)
    }
    next()
  })
  app.addHook('onReady', () => pushplan.ready())
  app.addHook('onClose', async () => pushplan.close())
}

/**
 * Fastify plugin: pushes the critical assets of a page on the first visit, hints them with 103 and
 * `Link` everywhere else. Registered before the routes it serves.
 *
 * @throws PushplanError at registration, on options or a manifest that can't be right.
 */
export default fp(plugin, { fastify: '5.x', name: '@pushplan/fastify' })

export type { PushplanOptions } from '@pushplan/node'
