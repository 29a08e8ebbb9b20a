import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = `http://127.0.0.1:${process.env.PORT ?? '3000'}`;

export default defineConfig({
  base: '/admin/dashboard/',
  plugins: [react()],
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
