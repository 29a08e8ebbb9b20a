import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['yoban-src', 'module', 'node', 'default'] };

/** Its own run (`bin/pnpm scenarios`): the presets' scenarios on real supervisors, at the paces they come with. */
export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    name: 'scenarios',
    include: ['apps/*/test/**/*-{real,pressure}.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './scripts/test/report-reporter.mjs'],
  },
});
