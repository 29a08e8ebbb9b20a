import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HealthResponse } from '@yoban/shared/contracts/health';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { type RunningKit, runCommand, startKit } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { exampleOfPm2Alone, flip, healthyPid, quietApp } from '../harness/example-app.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
let kit: RunningKit;
const temp = makeTempDir();
undo(temp.remove);

beforeAll(async () => {
  // Small talk every second makes the error rate of the last hour move while a test waits.
  const config = path.join(temp.dir, 'yoban.yml');
  writeFileSync(config, exampleOfPm2Alone());
  kit = await startKit({ ...quietApp, AILIFE_CHAT_MS: '400', YOBAN_CONFIG: config });
  undo(kit.remove);
  undo(kit.stop);
});

/** How a shell script without a JSON parser reads the state: HTTP code, then the first "status" of the text. */
const shellParser =
  'out=$(curl -s -w "\\n%{http_code}" --max-time 10 "$1"); tail -n 1 <<<"$out"; sed "$ d" <<<"$out" | grep -o \'"status":"[^"]*"\' | head -n 1 | cut -d \'"\' -f 4';

async function shellSees(): Promise<{ code: string; status: string }> {
  const { stdout } = await runCommand('bash', ['-c', shellParser, 'bash', `${kit.url}/api/health`], process.env);
  const [code = '', status = ''] = stdout.trim().split('\n');
  return { code, status };
}

const until = (status: string, limitMs: number) =>
  waitFor(
    `status ${status}`,
    async () => {
      const answer = HealthResponse.parse(await (await fetch(`${kit.url}/api/health`)).json());
      return answer.status === status ? answer : null;
    },
    limitMs,
  );

test('H1: healthy, as JSON and to a shell script', async () => {
  const answer = await until('healthy', 60_000);
  expect(answer.reasons).toEqual([]);
  expect(await shellSees()).toEqual({ code: '200', status: 'healthy' });
});

test('H2, H5: a failing model makes it degraded, 200, with the reason and its limit; it rises again', async () => {
  await flip(kit, 'disconnect', { platform: 'tiktok', on: true });
  const answer = await until('degraded', 40_000);
  expect(answer.reasons.map((reason) => reason.code)).toContain('platform_disconnected');
  expect(answer.checks.platforms.tiktok.status).toBe('disconnected');
  expect(await shellSees()).toEqual({ code: '200', status: 'degraded' });
  await flip(kit, 'disconnect', { platform: 'tiktok', on: false });
  await until('healthy', 60_000);

  await flip(kit, 'model', { mode: 'fail' });
  const failing = await until('degraded', 60_000);
  expect(failing.reasons.every((reason) => reason.check === 'llm')).toBe(true);
  expect(failing.checks.llm.status).not.toBe('ok');
  await flip(kit, 'model', { mode: 'ok' });
});

test('H1, H2: a process held down makes it unhealthy, still 200 to the script, 503 to who asks strictly', async () => {
  const pid = await waitFor('the app', () => healthyPid(kit));
  await flip(kit, 'refuse-start', { on: true });
  process.kill(pid, 'SIGKILL');
  const answer = await until('unhealthy', 30_000);
  expect(answer.checks.process.status).toBe('error');
  expect(answer.uptime_seconds).toBe(0);
  expect(await shellSees()).toEqual({ code: '200', status: 'unhealthy' });
  expect((await fetch(`${kit.url}/api/health?strict=1`)).status).toBe(503);
  rmSync(path.join(kit.home, 'data/game.sqlite.refuse-start'));
  expect(await kit.yoban('restart', 'ailife')).toMatchObject({ code: 0 });
  await waitFor('the process', async () => (await until('degraded', 30_000)).checks.process.status === 'ok', 40_000);
});

test('H1, B9: with its bus gone the answer still comes, says so, and nothing shows as fresh that is not', async () => {
  const redis = Number(/\d+/.exec(readFileSync(path.join(kit.home, 'run/redis.pid'), 'utf8'))?.[0]);
  process.kill(redis, 'SIGSTOP');
  try {
    const ownTime = startOwnTime(kit.home);
    const answer = HealthResponse.parse(await (await fetch(`${kit.url}/api/health`)).json());
    expect(ownTime()).toBeLessThan(2_000);
    expect(['healthy', 'degraded', 'unhealthy']).toContain(answer.status);
    const aware = await waitFor(
      'the kit to say so',
      async () => {
        const now = HealthResponse.parse(await (await fetch(`${kit.url}/api/health`)).json());
        // The status falls at the second bad look, so it may be a moment behind what the checks say.
        const said = now.checks.kit.bus !== 'ok' || now.checks.process.stale;
        return said && now.status !== 'healthy' ? now : null;
      },
      40_000,
    );
    expect(aware.reasons).not.toEqual([]);
  } finally {
    process.kill(redis, 'SIGCONT');
  }
});
