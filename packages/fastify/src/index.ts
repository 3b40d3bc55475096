import {
  createPushplan,
  type Exchange,
  INERT,
  type PagePlan,
  prepareServer,
  PushplanError,
  type PushplanOptions,
  type ResponseHead,
} from '@pushplan/node'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

const SETTLES = Symbol('pushplan.settles')
const EXCHANGE = Symbol('pushplan.exchange')

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The entry this route's page starts from; `false`: nothing is delivered with it. */
    pushplan?: string | false
    [SETTLES]?: true
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
    // A route's own hooks run last: what others make of the response, a 304 for example, is known.
    route.onSend = [route.onSend ?? [], settle].flat()
    route.config = { ...route.config, [SETTLES]: true }
  })
  app.addHook('onRequest', (request, reply, next) => {
    // A scope around one that has registered the plugin as well.
    if (reply[EXCHANGE] !== null) return next()
    const entry = request.routeOptions.config.pushplan
    const exchange = pushplan.begin({ request: request.raw, response: reply.raw, entry })
    if (exchange !== INERT) reply[EXCHANGE] = exchange
    next()
  })
  // For routes that were there before, and for what no route answers.
  app.addHook('onSend', async (request, reply) => {
    const settles = !request.is404 && request.routeOptions.config[SETTLES] === true
    if (!settles) await settle(request, reply)
  })
  app.addHook('onReady', () => pushplan.ready())
  app.addHook('onClose', async () => pushplan.close())
}

async function settle(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply[EXCHANGE]?.settle(headOf(reply))
}

function headOf(reply: FastifyReply): ResponseHead {
  return {
    status: reply.statusCode,
    get: (name) => reply.getHeader(name),
    append(name, value) {
      const lines = [reply.getHeader(name) ?? []].flat().map(String)
      // Fastify adds to `set-cookie` instead of replacing it.
      reply.removeHeader(name).header(name, lines.length === 0 ? value : [...lines, value])
    },
  }
}

/**
 * Fastify plugin: pushes the critical assets of a page on the first visit, hints them with 103 and
 * `Link` everywhere else. Registered before the routes it serves.
 *
 * @throws PushplanError at registration, on options or a manifest that can't be right.
 */
export default fp(plugin, { fastify: '5.x', name: '@pushplan/fastify' })

export type { PushplanOptions } from '@pushplan/node'
