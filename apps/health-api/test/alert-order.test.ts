import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from './start-api.ts';

const at = Date.parse('2026-03-11T15:30:00.000Z');
let api: Api;
beforeEach(async () => {
  api = await startApi({ at });
});
afterEach(() => api.close());

const alert = (change: Partial<AlertRecord>): AlertRecord => ({
  id: 'ailife/llm_down#1',
  service: 'ailife',
  alertType: 'llm_down',
  level: 'warning',
  state: 'open',
  raisedAt: isoTime(at),
  resolvedAt: null,
  params: {},
  lastError: null,
  suppressed: 0,
  ackedBy: null,
  ackedAt: null,
  silencedBy: null,
  hiddenBy: null,
  labels: {},
  text: null,
  notices: [],
  ...change,
});
const take = (to: Api, version: number, change: Partial<AlertRecord>) => {
  const one = alert(change);
  to.take({ type: 'alert', id: `${one.id}-v${version}`, at: isoTime(at), alert: one });
};
const shown = async (of: Api): Promise<AlertRecord> => {
  const answer = await fetch(`${of.url}/api/alerts?limit=1`, { headers: of.headers });
  return ((await answer.json()) as { alerts: [AlertRecord] }).alerts[0];
};

test('A5: the newest change of an alert stands, in whatever order two alerters deliver them', async () => {
  take(api, 3, { suppressed: 2 });
  take(api, 2, { suppressed: 1 });
  expect((await shown(api)).suppressed).toBe(2);
  take(api, 10, { state: 'resolved', resolvedAt: isoTime(at + MINUTE), suppressed: 2 });
  take(api, 9, { suppressed: 7 });
  expect(await shown(api)).toMatchObject({ state: 'resolved', suppressed: 2 });
});

test('A5: an older change is refused after a restart too', async () => {
  take(api, 10, { suppressed: 5 });
  const second = await startApi({ home: api.home, at });
  take(second, 9, { suppressed: 4 });
  expect((await shown(second)).suppressed).toBe(5);
  take(second, 11, { suppressed: 6 });
  expect((await shown(second)).suppressed).toBe(6);
  await second.close();
});

test('A5: an alerter that lost its Redis counts from 1 again, for an alert raised later', async () => {
  take(api, 10, { state: 'resolved' });
  take(api, 1, { raisedAt: isoTime(at + MINUTE) });
  expect(await shown(api)).toMatchObject({ state: 'open', raisedAt: isoTime(at + MINUTE) });
});

test('an alerter that lost its Redis with an alert open: the next incident is shown, and ends the one nobody else would', async () => {
  take(api, 4, {});
  const raisedAt = isoTime(at + MINUTE);
  take(api, 1, { id: `ailife/llm_down#${at + MINUTE}`, raisedAt });
  take(api, 1, { id: `ailife/disk_low#${at}`, alertType: 'disk_low' });
  const all = async (of: Api) => {
    const answer = await fetch(`${of.url}/api/alerts`, { headers: of.headers });
    const { alerts } = (await answer.json()) as { alerts: AlertRecord[] };
    return alerts
      .map((one) => [one.alertType, one.raisedAt, one.state, one.resolvedAt])
      .toSorted((a, b) => String(a).localeCompare(String(b)));
  };
  const expected = [
    ['disk_low', isoTime(at), 'open', null],
    ['llm_down', isoTime(at), 'resolved', raisedAt],
    ['llm_down', raisedAt, 'open', null],
  ];
  expect(await all(api)).toEqual(expected);
  const second = await startApi({ home: api.home, at });
  expect(await all(second)).toEqual(expected);
  await second.close();
  take(api, 5, { state: 'resolved', resolvedAt: isoTime(at + 1_000) });
  expect((await all(api))[1]).toEqual(['llm_down', isoTime(at), 'resolved', isoTime(at + 1_000)]);
});
