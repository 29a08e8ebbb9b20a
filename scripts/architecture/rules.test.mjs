import { describe, expect, test } from 'vitest';
import { readSource } from './read-source.mjs';
import { checkDirection, checkPurity, checkSize, checkSyntax, findCycles, findUnexplained } from './rules.mjs';

const lines = (count) => 'void 0;\n'.repeat(count);

describe('direction', () => {
  const findings = (file, text) => checkDirection(readSource(file, text));

  test('an app does not import another app, by name or by path', () => {
    expect(findings('apps/alerter/src/a.ts', "import { x } from '@yoban/watchdog/x';")).toHaveLength(1);
    expect(findings('apps/alerter/src/a.ts', "export { x } from '../../watchdog/src/x.ts';")).toHaveLength(1);
    expect(findings('apps/alerter/src/a.ts', "const x = await import('@yoban/watchdog/x');")).toHaveLength(1);
  });

  test('lower packages do not know higher ones, not even as a type', () => {
    expect(findings('packages/shared/src/a.ts', "import type { X } from '@yoban/sqlite-tools/x';")).toHaveLength(1);
    expect(findings('packages/agent/src/a.ts', "import { x } from '@yoban/shared/x';")).toHaveLength(1);
    expect(findings('packages/run/src/a.ts', "import { x } from '@yoban/shared/x';")).toHaveLength(1);
    expect(findings('examples/ailife/src/a.ts', "import { x } from '@yoban/shared/x';")).toHaveLength(1);
  });

  test('what is allowed passes', () => {
    expect(findings('apps/cli/src/a.ts', "import { x } from '@yoban/host-tools/x'; import './b.ts';")).toEqual([]);
    expect(findings('bench/src/a.ts', "import { x } from '@yoban/backup-worker/x';")).toEqual([]);
  });
});

test('core is pure: no input or output, no clock, no chance', () => {
  const text = [
    "import { readFileSync } from 'node:fs';",
    "import { Queue } from 'bullmq';",
    'export const a = () => [Date.now(), new Date(), Math.random(), new Date(0)];',
  ].join('\n');
  expect(checkPurity(readSource('apps/alerter/src/core/a.ts', text)).map((line) => line.split(' ')[0])).toEqual([
    'apps/alerter/src/core/a.ts:1',
    'apps/alerter/src/core/a.ts:2',
    'apps/alerter/src/core/a.ts:3',
    'apps/alerter/src/core/a.ts:3',
    'apps/alerter/src/core/a.ts:3',
  ]);
  expect(checkPurity(readSource('apps/alerter/src/jobs/a.ts', text))).toEqual([]);
});

test('files and functions stay small', () => {
  expect(checkSize(readSource('apps/a/src/a.ts', lines(301)))).toHaveLength(1);
  expect(checkSize(readSource('apps/a/src/a.ts', lines(300)))).toEqual([]);
  const long = `export function f() {\n${lines(60)}}\n`;
  expect(checkSize(readSource('apps/a/src/a.ts', long))[0]).toContain('f has 62 lines');
  expect(checkSize(readSource('apps/a/src/a.test.ts', long))).toEqual([]);
});

test('a cycle is found and told once', () => {
  const sources = [
    readSource('packages/x/src/a.ts', "import './b.ts';"),
    readSource('packages/x/src/b.ts', "import type { C } from './c.ts';"),
    readSource('packages/x/src/c.ts', "import './a.ts';"),
    readSource('packages/x/src/d.ts', "import './a.ts';"),
  ];
  expect(findCycles(sources)).toEqual([
    'cycle: packages/x/src/a.ts -> packages/x/src/b.ts -> packages/x/src/c.ts -> packages/x/src/a.ts',
  ]);
});

test('a dependency needs its line of reason', () => {
  const manifests = [{ file: 'apps/a/package.json', dependencies: ['zod', 'ws', 'left-pad', '@yoban/shared'] }];
  expect(findUnexplained(manifests, '| package | why |\n|---|---|\n| zod, `ws` | instead of left-pad |\n')).toEqual([
    'apps/a/package.json dependencies: left-pad has no line in docs/dependencies.md',
  ]);
});

test('a file that cannot be parsed is a finding', () => {
  expect(checkSyntax(readSource('apps/a/src/a.ts', 'const = ;'))).not.toEqual([]);
});
