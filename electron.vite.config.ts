import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

// Main and preload carry all they need: the package holds built bundles and no node_modules.
export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      rolldownOptions: { input: { index: resolve('desktop/main/index.ts') } },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('desktop/preload/index.ts') },
        // A sandboxed preload is CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'desktop/renderer',
    plugins: [react()],
    worker: { format: 'es' },
    // The page is at app://medallion, so it has to be told where its development server's socket is.
    server: { port: 5173, strictPort: true, hmr: { protocol: 'ws', host: 'localhost', clientPort: 5173 } },
    // The page's policy allows no data: addresses, so nothing is inlined.
    build: {
      minify: true,
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: resolve('desktop/renderer/index.html') } },
    },
  },
})
