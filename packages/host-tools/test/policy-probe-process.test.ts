import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, expect, test } from 'vitest';
import { commandLine, procStat } from '../src/proc.ts';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

const temp = makeTempDir();
const started: number[] = [];
afterAll(() => {
  for (const pid of started) if (procStat(pid)) process.kill(pid, 'SIGKILL');
  temp.remove();
});

/** A process that is nobody's child here, with these words in its command line. */
async function orphan(words: string): Promise<number> {
  const line = `"${process.execPath}" -e "setInterval(() => {}, 1000)" ${words} </dev/null >/dev/null 2>&1 & echo $!`;
  const shell = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [pid] = await once(shell.stdout, 'data');
  if (shell.exitCode === null) await once(shell, 'exit');
  started.push(Number(pid));
  // Until it is the program, it has the words of the shell.
  await waitFor('its own words', () => commandLine(Number(pid))?.endsWith(words));
  return Number(pid);
}

policyProbeConformance('process', { timeoutMs: 2_000, hung: null, blind: false }, async () => {
  const mark = `bot-${path.basename(temp.dir)}`;
  let pid = await orphan(mark);
  return {
    probe: () => probeOf({ type: 'process', match: `\\b${mark}$` }),
    hurt: () => process.kill(pid, 'SIGKILL'),
    reason: /no process matches/,
    heal: async () => {
      pid = await orphan(mark);
    },
    end: () => process.kill(pid, 'SIGKILL'),
  };
});

test('V3: neither we nor what we started ourselves is mistaken for the process that is looked for', async () => {
  const mark = `seeker-${path.basename(temp.dir)}`;
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', mark], { stdio: 'ignore' });
  await once(child, 'spawn');
  expect(await lookOnce(probeOf({ type: 'process', match: mark }))).toMatchObject({ passes: false, value: 0 });
  child.kill('SIGKILL');
});

test('process: as many as are asked for, and a stopped one still exists', async () => {
  const mark = `pair-${path.basename(temp.dir)}`;
  const first = await orphan(mark);
  const probe = probeOf({ type: 'process', match: `${mark}$`, min: 2 });
  expect(await lookOnce(probe)).toMatchObject({
    passes: false,
    value: 1,
    unit: 'count',
    detail: expect.stringContaining('1 of 2'),
  });
  await orphan(mark);
  process.kill(first, 'SIGSTOP');
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 2 });
});
