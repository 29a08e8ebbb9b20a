import path from 'node:path';
import type { Producer } from '@yoban/shared/bus/producer';
import { Incident, type IncidentInput } from '@yoban/shared/contracts/incident';
import { IncidentPage } from '@yoban/shared/contracts/incident-figures';
import { DAY, isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { openStore } from '@yoban/shared/facts/open-store';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { migrations } from '../src/store/migrations.ts';
import { type Api, startApi } from './start-api.ts';

const at = Date.parse('2026-03-11T06:30:00.000Z');
let redis: PrivateRedis;
let producer: Producer;
let api: Api;
beforeAll(async () => {
  redis = await startPrivateRedis();
  producer = await readyProducer(redis.url);
});
beforeEach(async () => {
  await (await producer.queue('incidentCommand')).obliterate({ force: true });
  api = await startApi({ redisUrl: redis.url, at });
});
afterEach(() => api.close());
afterAll(async () => {
  await producer.close();
  await redis.stop();
});

const incident = (change: Partial<IncidentInput> = {}) =>
  Incident.parse({
    ...{ id: 'i1', service: 'ailife', fault: 'process_down', cause: 'killed', lastError: null, alertedAt: null },
    ...{ detectedAt: isoTime(at - MINUTE), recoveredAt: null, recoveredBy: null, revision: 1 },
    ...change,
  });
const tell = (one: Incident) => {
  const id = `incident-${one.id}-r${one.revision}`;
  api.take({ type: 'incident', id, at: isoTime(at), incident: one });
};
const call = async (method: string, route: string, body?: unknown) => {
  const answer = await fetch(`${api.url}${route}`, {
    method,
    headers: { ...api.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
};
const list = async (query = '') => IncidentPage.parse((await call('GET', `/api/incidents?${query}`)).body);
const ids = (page: IncidentPage) => page.incidents.map(({ id }) => id);
const ended = (ago: number, change: Partial<IncidentInput> = {}) => ({
  ...{ detectedAt: isoTime(at - ago), recoveredAt: isoTime(at - ago + 10 * SECOND), recoveredBy: 'yoban' },
  ...change,
});
const commands = async () =>
  (await (await producer.queue('incidentCommand')).getJobs(['prioritized'], 0, -1, true)).map((job) => job.data);
const audited = () =>
  api.context.store.read(({ db }) =>
    db.prepare<[], string>("SELECT action || ' ' || target || ' ' || result FROM audit ORDER BY seq").pluck().all(),
  );

test('the list shows open incidents first, then the newest, page by page, also where several are of one moment', async () => {
  for (let n = 0; n < 7; n += 1) tell(incident({ id: `e${n}`, ...ended(n < 4 ? DAY : 2 * DAY) }));
  tell(incident({ id: 'open/old', detectedAt: isoTime(at - 40 * DAY) }));
  tell(incident({ id: 'open/new' }));
  const seen: string[] = [];
  for (let before = ''; ; ) {
    const page = await list(`limit=2${before}`);
    seen.push(...ids(page));
    if (page.next === null) break;
    before = `&before=${encodeURIComponent(page.next)}`;
  }
  expect(seen).toEqual(['open/new', 'open/old', 'e3', 'e2', 'e1', 'e0', 'e6', 'e5', 'e4']);
  expect(ids(await list('before=nonsense'))).toEqual([]);
  expect((await call('GET', '/api/incidents/open%2Fold')).body).toMatchObject({ id: 'open/old' });
  expect((await call('GET', '/api/incidents/none')).status).toBe(404);
});

test('the list can be narrowed to a state, a service, a severity and false alarms', async () => {
  tell(incident({ id: 'a' }));
  tell(incident({ id: 'b', service: 'gateway', severity: 'warning', ...ended(DAY) }));
  tell(incident({ id: 'c', falseAlarm: true, ...ended(2 * DAY) }));
  expect(ids(await list('state=open'))).toEqual(['a']);
  expect(ids(await list('state=ended'))).toEqual(['b', 'c']);
  expect(ids(await list('service=gateway'))).toEqual(['b']);
  expect(ids(await list('severity=critical'))).toEqual(['a', 'c']);
  expect(ids(await list('falseAlarm=true'))).toEqual(['c']);
  expect(ids(await list('falseAlarm=false&state=ended'))).toEqual(['b']);
  expect((await call('GET', '/api/incidents?state=gone')).status).toBe(400);
});

test('the figures are of the period that is asked for, of all services and of each', async () => {
  tell(incident({ id: 'a', beganAt: isoTime(at - DAY - 4 * SECOND), ...ended(DAY) }));
  tell(incident({ id: 'b', service: 'gateway', falseAlarm: true, ...ended(2 * DAY) }));
  tell(incident({ id: 'c', ...ended(20 * DAY, { recoveredBy: 'operator' }) }));
  const month = await list();
  expect(month.period).toEqual({ from: isoTime(at - 30 * DAY), to: isoTime(at) });
  expect(month.figures.map((one) => [one.service, one.incidents, one.automaticPercent])).toEqual([
    [null, 3, 50],
    ['ailife', 2, 50],
    ['gateway', 1, null],
  ]);
  const [all] = (await list('days=7')).figures;
  expect(all).toMatchObject({ incidents: 2, falseAlarmPercent: 50, automaticPercent: 100 });
  expect(all?.detect).toEqual({ known: 1, meanMs: 4_000, medianMs: 4_000 });
  expect(all?.recover).toEqual({ known: 1, meanMs: 10_000, medianMs: 10_000 });
});

test('of two facts about one incident the higher revision counts, in whatever order they come', async () => {
  tell(incident({ revision: 3, ...ended(MINUTE), note: 'the cable' }));
  tell(incident({ revision: 2 }));
  expect((await list()).incidents).toMatchObject([{ revision: 3, note: 'the cable' }]);
  tell(incident({ revision: 4, ...ended(MINUTE), note: null }));
  expect((await list()).incidents).toMatchObject([{ revision: 4, note: null }]);
});

test('acknowledgement, note and false alarm are handed to the watchdog, who owns the incident, and audited', async () => {
  tell(incident({ id: 'gateway/x#1' }));
  const route = '/api/incidents/gateway%2Fx%231';
  const ack = await call('POST', `${route}/ack`);
  expect(ack).toMatchObject({ status: 202, body: { commandId: expect.any(String) } });
  expect((await call('POST', `${route}/note`, { note: 'the cable' })).status).toBe(202);
  expect((await call('POST', `${route}/false-alarm`)).status).toBe(202);
  expect((await call('POST', `${route}/false-alarm`, { falseAlarm: false })).status).toBe(202);
  const said = { incidentId: 'gateway/x#1', actor: 'operator', at: isoTime(at) };
  expect(await commands()).toMatchObject([
    { ...said, do: 'ack', id: ack.body.commandId },
    { ...said, do: 'note', note: 'the cable' },
    { ...said, do: 'false-alarm', falseAlarm: true },
    { ...said, do: 'false-alarm', falseAlarm: false },
  ]);
  expect(audited()).toEqual([
    'incident.ack gateway/x#1 ok',
    'incident.note gateway/x#1 ok',
    'incident.false-alarm gateway/x#1 ok',
    'incident.false-alarm gateway/x#1 ok',
  ]);
});

test('what cannot be said of an incident is refused: unknown, over, looked after already, a field too many', async () => {
  expect((await call('POST', '/api/incidents/none/note', { note: 'x' })).status).toBe(404);
  tell(incident({ id: 'over', ...ended(DAY) }));
  expect((await call('POST', '/api/incidents/over/ack')).status).toBe(409);
  tell(incident({ id: 'acked', ackedBy: 'operator', ackedAt: isoTime(at) }));
  expect((await call('POST', '/api/incidents/acked/ack')).status).toBe(409);
  expect((await call('POST', '/api/incidents/over/note', { note: 'x', level: 1 })).status).toBe(400);
  expect((await call('POST', '/api/incidents/over/note', { note: 'x'.repeat(2_001) })).status).toBe(400);
  expect((await call('POST', '/api/incidents/over/note')).status).toBe(400);
  expect(await commands()).toEqual([]);
});

test('without Redis it says so, and the audit has the failed try', async () => {
  const own = api;
  const alone = await startApi({ at });
  try {
    api = alone;
    tell(incident());
    expect((await call('POST', '/api/incidents/i1/ack')).body).toMatchObject({ status: 503, code: 'BUS_UNAVAILABLE' });
    expect(audited()).toEqual(['incident.ack i1 failed']);
  } finally {
    api = own;
    await alone.close();
  }
});

test('incidents of a store of before are taken over, and outlive a restart', async () => {
  const temp = makeTempDir();
  onTestFinished(temp.remove);
  const old = openStore(path.join(temp.dir, 'state', 'health.sqlite'), migrations.slice(0, 2));
  const row = { service: 'ailife', fault: 'process_down', cause: 'x', lastError: null, alertedAt: null };
  const put = old.prepare("INSERT INTO record (kind, id, at, value) VALUES ('incident', ?, ?, ?)");
  const openOne = { ...row, id: 'open', detectedAt: isoTime(at - DAY), recoveredAt: null, recoveredBy: null };
  const past = {
    ...row,
    id: 'past',
    detectedAt: isoTime(at - MINUTE),
    recoveredAt: isoTime(at),
    recoveredBy: 'operator',
  };
  put.run('open', at - DAY, JSON.stringify(openOne));
  put.run('past', at - MINUTE, JSON.stringify(past));
  put.run('torn', at, '{"id":');
  old.close();
  const own = api;
  const again = await startApi({ home: temp.dir, at });
  try {
    api = again;
    const page = await list();
    expect(ids(page)).toEqual(['open', 'past']);
    expect(page.incidents[1]).toMatchObject({ severity: 'critical', phases: [], falseAlarm: false, revision: 0 });
    expect(again.context.model.incidents.size).toBe(2);
  } finally {
    api = own;
    await again.close();
  }
});
