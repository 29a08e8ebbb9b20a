import { randomUUID } from 'node:crypto';
import type { Producer } from '@yoban/shared/bus/producer';
import type { Kick } from '@yoban/shared/contracts/kick';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import { firstBrokenAuditRow } from '@yoban/shared/facts/audit-log';
import { announceMaintenance, endMaintenance } from '@yoban/shared/maintenance';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKickDoor } from '../src/state/kick-door.ts';
import { type Api, adminKey, kickToken, oldKickToken, startApi } from './start-api.ts';

const at = Date.parse('2026-03-11T06:30:00.000Z');
let redis: PrivateRedis;
let producer: Producer;
let api: Api;
beforeAll(async () => {
  redis = await startPrivateRedis();
  producer = await readyProducer(redis.url);
});
beforeEach(async () => {
  await (await producer.queue('kick')).obliterate({ force: true });
  api = await startApi({ redisUrl: redis.url, at });
});
afterEach(() => api.close());
afterAll(async () => {
  await producer.close();
  await redis.stop();
});

const kick = async (body: unknown, token: string | null = kickToken, raw?: string) => {
  const answer = await fetch(`${api.url}/api/kicks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: raw ?? JSON.stringify(body),
  });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
};
const good = { action: 'restart_gateway', source: 'line:U1234' };
const queued = async () => (await (await producer.queue('kick')).getJobs(['prioritized'])).map((job) => job.data);
const audited = () =>
  api.context.store.read(({ db }) => {
    expect(firstBrokenAuditRow(db)).toBeNull();
    return db
      .prepare<[], string>(
        "SELECT actor || ' ' || target || ' ' || result FROM audit WHERE action = 'kick' ORDER BY seq",
      )
      .pluck()
      .all();
  });

test('W6: the token of now and the one before it open the door; the kick is queued under its own id, and audited', async () => {
  const answer = await kick(good);
  expect(answer).toMatchObject({ status: 202, body: { service: 'ailife', action: 'restart_gateway' } });
  expect(await queued()).toEqual([{ id: answer.body.id, service: 'ailife', ...good, via: 'http', at: isoTime(at) }]);
  await (await producer.queue('kick')).obliterate({ force: true });
  expect((await kick({ ...good, service: 'ailife' }, oldKickToken)).status).toBe(202);
  expect(audited()).toEqual(['line:U1234 ailife ok', 'line:U1234 ailife ok']);
});

test('W6: no token, a wrong one and the admin key are 401, each a row, and nothing is queued', async () => {
  for (const token of [null, `${kickToken}x`, adminKey]) expect((await kick(good, token)).status).toBe(401);
  expect(audited()).toEqual(Array(3).fill('unknown unknown refused'));
  expect(await queued()).toEqual([]);
});

test('W6: what is not allowed is 403, what is no kick 400, each with its row', async () => {
  const status = async (body: unknown, raw?: string) => {
    const { status: code } = await kick(body, kickToken, raw);
    // Each counts as a failed try; another minute, another five.
    api.clock.ms += MINUTE;
    return code;
  };
  expect(await status({ ...good, action: 'stop_gateway' })).toBe(403);
  expect(await status({ ...good, service: 'other' })).toBe(403);
  expect(await status({ ...good, source: 'line' })).toBe(400);
  expect(await status({ ...good, source: 'line:a;rm' })).toBe(400);
  expect(await status({ ...good, action: 'a;rm -rf' })).toBe(400);
  expect(await status({ ...good, sudo: true })).toBe(400);
  expect(await status({ source: 'cli' })).toBe(400);
  expect(await status(null, '{"action":')).toBe(400);
  expect(audited()).toEqual([
    'line:U1234 unknown refused',
    'line:U1234 other refused',
    'line unknown refused',
    'line:a;rm unknown refused',
    'line:U1234 unknown refused',
    'line:U1234 unknown refused',
    'cli unknown refused',
    'unknown unknown refused',
  ]);
  expect(await queued()).toEqual([]);
});

test('W6: after five failed tries an address is refused for a minute, also with the right token; a flood stays small on disk', async () => {
  for (let n = 0; n < 5; n += 1) expect((await kick(good, 'guess')).status).toBe(401);
  const blocked = await kick(good);
  expect(blocked).toMatchObject({ status: 429, retryAfter: '60', body: { code: 'TOO_MANY_REQUESTS' } });
  const flood: { status: number }[] = [];
  // Not all at once: a busy machine resets some of a thousand connections.
  while (flood.length < 1_044)
    flood.push(...(await Promise.all(Array.from({ length: 36 }, () => kick(good, 'guess')))));
  expect(new Set(flood.map((one) => one.status))).toEqual(new Set([429]));
  expect(audited()).toHaveLength(1_000);
  api.clock.ms += MINUTE;
  expect((await kick(good)).status).toBe(202);
  expect(audited().slice(1_000)).toEqual(['unknown several refused', 'line:U1234 ailife ok']);
  const more = api.context.store.read(({ db }) =>
    db.prepare("SELECT json_extract(details, '$.more') FROM audit WHERE target = 'several'").pluck().get(),
  );
  expect(more).toBe(50);
});

test('W6: one waits at a time, also of a hundred that come at once; a repeat of its id is refused', async () => {
  const id = randomUUID();
  const answers = await Promise.all(Array.from({ length: 100 }, () => kick(good)));
  const codes = answers.map((one) => one.status).toSorted((a, b) => a - b);
  expect(codes).toEqual([202, ...Array(99).fill(409)]);
  expect(await queued()).toHaveLength(1);
  await (await producer.queue('kick')).obliterate({ force: true });
  expect((await kick({ ...good, id })).status).toBe(202);
  expect((await kick({ ...good, id })).body).toMatchObject({ status: 409, detail: 'a kick of this id is known' });
  expect(await queued()).toHaveLength(1);
});

test('W6: in maintenance a kick is refused and says why; after it, not', async () => {
  const { run } = api.config.kit.paths;
  announceMaintenance(run, {
    service: 'ailife',
    reason: 'deploy of 4f2c',
    actor: 'watchdog',
    since: isoTime(at),
    until: isoTime(at + MINUTE),
  });
  expect(await kick(good)).toMatchObject({ status: 409, body: { detail: 'ailife is in maintenance: deploy of 4f2c' } });
  expect(audited()).toEqual(['line:U1234 unknown refused']);
  endMaintenance(run, 'ailife');
  expect((await kick(good)).status).toBe(202);
});

test('W6: a token for two services has to name one of them', async () => {
  const twins = await startApi({
    redisUrl: redis.url,
    at,
    change: (config) => {
      const [kicker] = config.kicks.kickers;
      if (!kicker) throw new Error('the test has no kicker');
      return { ...config, kicks: { kickers: [kicker, { ...kicker, service: 'other' }], skipped: [] } };
    },
  });
  const own = api;
  try {
    api = twins;
    expect((await kick(good)).body).toMatchObject({ status: 400, errors: [{ path: 'service' }] });
    expect((await kick({ ...good, service: 'other' })).body).toMatchObject({ service: 'other' });
    expect((await kick({ ...good, service: 'ailife' })).status).toBe(202);
  } finally {
    api = own;
    await twins.close();
  }
});

test('W6: without Redis a kick is 503 and is not counted as a guess', async () => {
  const alone = await startApi({ at });
  const own = api;
  try {
    api = alone;
    for (let n = 0; n < 7; n += 1) expect((await kick(good)).status).toBe(503);
    expect(audited()).toEqual(Array(7).fill('line:U1234 unknown refused'));
  } finally {
    api = own;
    await alone.close();
  }
});

test('W6: a kick that was answered 503 does not come about later, and no other waits behind it', async () => {
  const own = await startPrivateRedis();
  const bus = await readyProducer(own.url);
  const door = createKickDoor({ producer: bus, runDir: own.dir, now: () => at });
  const asked = () => ({ id: randomUUID(), service: 'ailife', ...good, via: 'http' as const, at: isoTime(at) });
  const ask = (one: Kick) =>
    door.ask(one).then(
      () => 'taken',
      (error: unknown) => asOpsError(error).code,
    );
  try {
    await bus.queue('kick').then((queue) => queue.waitUntilReady());
    process.kill(own.pid, 'SIGSTOP');
    const given = [asked(), asked()].map(ask);
    expect(await Promise.all(given)).toEqual(['BUS_UNAVAILABLE', 'BUS_UNAVAILABLE']);
    process.kill(own.pid, 'SIGCONT');
    const last = asked();
    const answer = await waitFor('an answer of the bus', async () => {
      const code = await ask(last);
      return code !== 'BUS_UNAVAILABLE' && code;
    });
    expect(answer).toBe('taken');
    const jobs = await (await bus.queue('kick')).getJobs(['prioritized']);
    expect(jobs.map((job) => job.data.id)).toEqual([last.id]);
  } finally {
    await bus.close();
    await own.stop();
  }
});
