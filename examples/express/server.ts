import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pushplan, { createSecureServer, type PushplanOptions } from '@pushplan/express'
import express, { type Response } from 'express'
import { type Certificate, createCertificate } from '../certificate.ts'

const dist = fileURLToPath(new URL('../shop/dist', import.meta.url))

export interface ShopOptions extends Partial<PushplanOptions> {
  readonly certificate: Certificate
}

export function createShop({ certificate, ...options }: ShopOptions) {
  const app = express()

  app.use(pushplan({ manifest: `${dist}/.vite/manifest.json`, ...options }))
  app.use('/assets', express.static(`${dist}/assets`, { immutable: true, maxAge: '1y' }))

  app.get('/', (_request, response) => sendPage(response, 'index.html'))
  app.get('/product/', (_request, response) => sendPage(response, 'product/index.html'))
  app.get('/slow', async (_request, response) => {
    // The path tells no entry of the manifest, so the handler does.
    response.pushplan.entry('index.html')
    await setTimeout(200)
    sendPage(response, 'index.html')
  })
  app.get('/shop', (_request, response) => response.redirect(301, '/'))
  app.get('/api/cart', (_request, response) => {
    response.json({ currency: 'EUR', delivery: 490, freeFrom: 6000 })
  })
  app.use((_request, response) => {
    response.status(404).type('html').send('<h1>Not on the shelf</h1><a href="/">Back</a>')
  })
  return createSecureServer({ ...certificate, allowHTTP1: true }, app)
}

function sendPage(response: Response, file: string) {
  response.set('cache-control', 'private, no-cache')
  response.sendFile(file, { root: dist, cacheControl: false })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 8443)
  createShop({ certificate: await createCertificate() }).listen(port, () => {
    console.log(`The shop is open at https://localhost:${port} (press Ctrl+C to close it)`)
  })
}
