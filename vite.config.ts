import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const serverUrl = process.env.AKM_DEV_SERVER_URL ?? 'http://127.0.0.1:8000';
/** What the server answers; patterns, because `/api` alone would also catch the module `/api.ts`. */
const serverPaths = ['^/api/', '^/docs(/|$)', '^/redoc(/|$)', '^/v1(beta)?/', '^/proxy/', '^/openapi\\.json$'];

export default defineConfig({
  root: join(import.meta.dirname, 'src/web'),
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, 'dist/web'),
    target: 'baseline-widely-available',
    // Small pictures travel inside the script (the content security policy allows data: for images); fonts never do.
    assetsInlineLimit: (path) => (path.endsWith('.svg') ? undefined : false),
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    strictPort: true,
    proxy: Object.fromEntries(serverPaths.map((path) => [path, { target: serverUrl, changeOrigin: false }])),
  },
});
