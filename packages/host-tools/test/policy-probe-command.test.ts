import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, expect, test } from 'vitest';
import { procStat } from '../src/proc.ts';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

const script = (name: string, text: string): string => {
  const file = path.join(temp.dir, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
};

policyProbeConformance('command', { timeoutMs: 400, hung: 'bad', blind: true }, async () => {
  const mark = path.join(temp.dir, 'mark');
  const file = script(
    'status',
    `test -e ${mark}.hang && exec sleep 30\ntest -e ${mark} && { echo Funnel off; exit 0; }\necho Funnel on`,
  );
  return {
    probe: () => probeOf({ type: 'command', argv: [file], contains: ['Funnel on'], timeout: '400ms' }),
    hurt: () => writeFileSync(mark, ''),
    reason: /does not say "Funnel on"/,
    heal: () => {
      rmSync(mark, { force: true });
      rmSync(`${mark}.hang`, { force: true });
    },
    hang: () => writeFileSync(`${mark}.hang`, ''),
    blind: { probe: () => probeOf({ type: 'command', argv: ['no-such-program-here'] }), reason: /not installed/ },
    end: () => undefined,
  };
});

test('command: the exit code counts, and what was said is not repeated', async () => {
  const file = script('fails', 'echo token=hush-hush >&2; exit 3');
  const finding = await lookOnce(probeOf({ type: 'command', argv: [file] }));
  expect(finding).toMatchObject({ passes: false, unknown: false, value: 3 });
  expect(finding.detail).toMatch(/exit code 3, not 0/);
  expect(finding.detail).not.toContain('hush');
  expect(await lookOnce(probeOf({ type: 'command', argv: [file], exitCode: 3 }))).toMatchObject({ passes: true });
});

test('command: words are passed one by one, no shell reads them', async () => {
  const trap = path.join(temp.dir, 'trap');
  await lookOnce(probeOf({ type: 'command', argv: ['echo', `; touch ${trap}`, `$(touch ${trap})`] }));
  expect(existsSync(trap)).toBe(false);
});

test('command: relative paths count from the configuration, and a folder that is gone is no verdict', async () => {
  script('here', 'pwd');
  const around = { baseDir: temp.dir };
  expect(await lookOnce(probeOf({ type: 'command', argv: ['./here'], contains: [temp.dir] }, around))).toMatchObject({
    passes: true,
  });
  const gone = await lookOnce(probeOf({ type: 'command', argv: ['./here'], cwd: 'gone' }, around));
  expect(gone).toMatchObject({ unknown: true, detail: expect.stringContaining('no folder') });
});

test('command: what it leaves running in the background ends with it, and does not hold the look open', async () => {
  const pidFile = path.join(temp.dir, 'pid');
  const file = script('leaves', `sleep 60 &\necho $! > ${pidFile}`);
  const finding = await lookOnce(probeOf({ type: 'command', argv: [file], timeout: '5s' }));
  expect(finding).toMatchObject({ passes: true });
  expect(finding.durationMs).toBeLessThan(3_000);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await waitFor('the end of the sleeper', () => procStat(pid) === null);
});

test('command: a large output is read to its last word', async () => {
  const file = script('talks', 'head -c 300000 /dev/zero | tr "\\0" x; echo the-end');
  expect(await lookOnce(probeOf({ type: 'command', argv: [file], contains: ['the-end'] }))).toMatchObject({
    passes: true,
  });
});

test('command: a service of our environment is not passed on', async () => {
  const file = script('env', 'env');
  const around = { env: { ...process.env, SLACK_WEBHOOK_URL: 'https://hooks.example/secret' } };
  const finding = await lookOnce(probeOf({ type: 'command', argv: [file], contains: ['SLACK'] }, around));
  expect(finding).toMatchObject({ passes: false });
});
