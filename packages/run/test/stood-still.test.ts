import path from 'node:path';
import { expect, test } from 'vitest';
import { inheritedOutput } from '../src/app-output.ts';
import { AppRunner } from '../src/app-runner.ts';
import { parseOptions } from '../src/parse-options.ts';
import { runWords } from '../src/words/words.ts';
import { waitFor } from './support/wait-for.ts';

/** One with an app that sleeps, in this process, and the kinds of what it tells. */
function beginRunner(): { runner: AppRunner; told: string[] } {
  const words = runWords('en');
  const socket = path.join(import.meta.dirname, 'nobody.sock');
  const options = parseOptions(['--socket', socket, '--', 'sleep', '120'], '/', 'en', words);
  if (options === null) throw new Error('no options');
  const mark = `STOOD_STILL_TEST=${process.pid}`;
  const told: string[] = [];
  const runner = new AppRunner({
    ...{ options, words, output: inheritedOutput },
    clock: { epochMs: Date.now, steadyMs: () => performance.now() },
    env: { PATH: process.env.PATH, STOOD_STILL_TEST: String(process.pid) },
    orphans: { session: null, mark, sinceTicks: 0 },
    trace: { session: null, mark, sinceTicks: 0 },
    tell: ({ kind }) => told.push(kind),
    ...{ push: () => undefined, keep: () => undefined },
  });
  runner.begin();
  return { runner, told };
}

test('an app that ended by SIGKILL while its parent stood still does not count as one that cannot be ended', async () => {
  const { runner, told } = beginRunner();
  await waitFor('the app', () => runner.facts().state === 'online');
  // Timers come right after what an immediate does, signals after them: as for a process that was stopped and goes on.
  setImmediate(() => {
    runner.terminate();
    runner.terminate();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  });
  expect(await runner.end).toBe(0);
  expect(told).toEqual(['started', 'killing', 'exited']);
});
