import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createPushplan,
  INERT,
  type PagePlan,
  type PushplanOptions,
  settleWithHeaders,
} from '@pushplan/node'
import type { App } from './bridge/messages.js'

declare global {
  namespace Express {
    interface Response {
      /** For handlers that know more of their page than its path tells. */
      pushplan: PagePlan
    }
  }
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void

type ExpressResponse = ServerResponse & { pushplan?: PagePlan }

/** What Express, and cookie-parser where it ran, add to a request and to an application. */
interface ExpressRequest extends IncomingMessage {
  readonly app?: Application
  readonly cookies?: Readonly<Record<string, unknown>>
}

type Application = App & { readonly parent?: Application }

/**
 * Express middleware: pushes the critical assets of a page on the first visit, hints them with 103
 * and `Link` everywhere else. Used before the routes it serves.
 *
 * Express tells middleware of its application with the first request, so the start-up check runs
 * then. A page that is asked for before it has ended waits for it, at most a second.
 *
 * @throws PushplanError on options or a manifest that can't be right.
 */
export function pushplan(options: PushplanOptions): Middleware {
  let application: App | undefined
  const plan = createPushplan(options, {
    handler: (request, response) => application?.(request, response),
    warn: (message) => process.emitWarning(message, 'PushplanWarning'),
  })
  return (request: ExpressRequest, response: ExpressResponse, next) => {
    if (request.app !== undefined) application = rootOf(request.app)
    const start = () => {
      const exchange = plan.begin({ request, response, cookies: request.cookies })
      response.pushplan = exchange
      if (exchange !== INERT) settleWithHeaders(exchange, response)
      next()
    }
    const checked = plan.warmUp(request)
    if (checked === undefined) start()
    else void checked.then(start)
  }
}

/** Assets are asked for by their whole path, wherever the middleware is mounted. */
function rootOf(app: Application): Application {
  return app.parent === undefined ? app : rootOf(app.parent)
}
