import { defineConfig } from 'vitest/config';
import { shareCompileCache } from './scripts/test/share-compile-cache.ts';

shareCompileCache();

const resolve = { conditions: ['yoban-src', 'module', 'node', 'default'] };

/** Its own run (`bin/pnpm scenarios`): what takes minutes on whole kits and real supervisors, at the paces they come with. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    name: 'scenarios',
    include: ['apps/*/test/**/*-{real,pressure}.test.ts', 'e2e/scenarios/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './scripts/test/report-reporter.mjs'],
  },
});
