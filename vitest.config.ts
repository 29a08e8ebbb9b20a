import { defineConfig } from 'vitest/config';
import { shareCompileCache } from './scripts/test/share-compile-cache.ts';

shareCompileCache();

const resolve = { conditions: ['yoban-src', 'module', 'node', 'default'] };
/** Whole scenarios on real supervisors take minutes: `bin/pnpm scenarios` runs them. */
const exclude = ['**/node_modules/**', '**/*-{real,pressure}.test.ts'];
/** Timeouts are there to end a hang; a busy machine must not run into one. */
const project = (name: string, include: string[], timeoutMs: number, isolate = true) => ({
  resolve,
  ssr: { resolve },
  test: { name, include, exclude, testTimeout: timeoutMs, hookTimeout: timeoutMs, pool: 'forks' as const, isolate },
});

export default defineConfig({
  test: {
    // More than the two cores it is meant for: of three files one always waits, for a timer or for processes it started.
    maxWorkers: 3,
    projects: [
      project(
        'unit',
        ['{packages,apps,examples}/*/src/**/*.test.{ts,tsx}', 'bench/src/**/*.test.ts', 'scripts/**/*.test.mjs'],
        30_000,
        // Nothing in them outlives a test, and a process for each of 190 files costs three times what they do.
        false,
      ),
      project(
        'integration',
        ['{packages,apps,examples}/*/test/**/*.test.ts', 'bench/test/**/*.test.ts', 'e2e/contract/**/*.test.ts'],
        120_000,
      ),
      project('browser', ['e2e/browser/**/*.test.ts'], 120_000),
      project('system', ['e2e/system/**/*.test.ts'], 180_000),
    ],
    reporters: ['default', './scripts/test/report-reporter.mjs'],
  },
});
