import path from 'node:path';
import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['yoban-src', 'module', 'node', 'default'] };

/** Its own run (`bin/pnpm containers`), since it needs a container engine and builds images: `npm test` stays quick without one. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  resolve,
  ssr: { resolve },
  // What runs outside the tests, like the set-up of the engine, is resolved in an environment of its own.
  environments: { __vitest__: { resolve } },
  test: {
    name: 'containers',
    include: ['e2e/containers/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // Both files wait more than they compute: side by side also where there are only two cores.
    maxWorkers: 2,
    globalSetup: ['e2e/containers/engine-setup.ts'],
    // Within a file, one life of one project, told in order: what a test does to it the next one finds.
    sequence: { concurrent: false, shuffle: false },
    bail: 0,
    reporters: ['default', './scripts/test/report-reporter.mjs'],
  },
});
