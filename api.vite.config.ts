import { resolve } from 'node:path'
import { defineConfig } from 'vite'

// `npm run build:api`: the API as plain JavaScript, for the container. Its dependencies stay packages, which bring native files.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    // As deep as the sources, so that the migrations are where `platform/db.ts` looks for them.
    outDir: 'dist/api',
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: {
      input: { main: resolve('api/main.ts'), reconcile: resolve('api/reconcile.ts') },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
