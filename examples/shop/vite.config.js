import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const page = (path) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  build: {
    // What pushplan reads.
    manifest: true,
    rolldownOptions: { input: { home: page('index.html'), product: page('product/index.html') } },
  },
})
