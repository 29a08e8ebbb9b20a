import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['yoban-src', 'module', 'node', 'default'] };
/** Whole scenarios on real supervisors take minutes: `bin/pnpm scenarios` runs them. */
const exclude = ['**/node_modules/**', '**/*-{real,pressure}.test.ts'];
const project = (name: string, include: string[], timeoutMs: number) => ({
  resolve,
  ssr: { resolve },
  test: { name, include, exclude, testTimeout: timeoutMs, hookTimeout: timeoutMs, pool: 'forks' as const },
});

export default defineConfig({
  test: {
    // Two cores: one project's forks at a time keeps timings honest.
    maxWorkers: 2,
    projects: [
      project(
        'unit',
        ['{packages,apps,examples}/*/src/**/*.test.{ts,tsx}', 'bench/src/**/*.test.ts', 'scripts/**/*.test.mjs'],
        10_000,
      ),
      project(
        'integration',
        ['{packages,apps,examples}/*/test/**/*.test.ts', 'bench/test/**/*.test.ts', 'e2e/contract/**/*.test.ts'],
        60_000,
      ),
      project('browser', ['e2e/browser/**/*.test.ts'], 120_000),
      project('system', ['e2e/system/**/*.test.ts'], 180_000),
    ],
    reporters: ['default', './scripts/test/report-reporter.mjs'],
  },
});
