import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const api = `http://127.0.0.1:${process.env.PORT ?? '3000'}`;

/** Writes `.br` and `.gz` beside each text file: health-api then sends the small ones without compressing on each request. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css|html)$/.test(file))) {
        const path = join(dir ?? 'dist', name);
        const content = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(content));
        writeFileSync(`${path}.gz`, gzipSync(content));
      }
    },
  };
}

export default defineConfig({
  base: '/admin/dashboard/',
  plugins: [react(), precompress()],
  // The contracts are read from their source, so a build of this app needs no build of the packages before it.
  resolve: { conditions: ['yoban-src', 'module', 'browser', 'development|production'] },
  build: { target: 'es2024', sourcemap: false, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api/live': { target: api.replace('http', 'ws'), ws: true },
      '/api': { target: api },
      '/admin/login': { target: api },
      '/admin/logout': { target: api },
      '/admin/queues': { target: api },
    },
  },
});
