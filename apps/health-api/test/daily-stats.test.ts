import { AlertEvent } from '@yoban/shared/contracts/alert';
import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { afterEach, expect, test } from 'vitest';
import { type Api, feed, startApi } from './start-api.ts';

const opened: Api[] = [];
const open = async (options: Parameters<typeof startApi>[0]) => {
  const api = await startApi(options);
  opened.push(api);
  return api;
};
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});

/** What waits for the bus, as the store holds it. */
const events = (api: Api): AlertEvent[] =>
  api.context.store.read(({ db }) =>
    db
      .prepare<[], string>("SELECT payload FROM fact_outbox WHERE queue = 'alertEvent'")
      .pluck()
      .all()
      .map((payload) => AlertEvent.parse(JSON.parse(payload)))
      .filter((event) => event.alertType === 'daily_stats'),
  );

test('A10: the day is told at 09:00 in the configured zone, from what was stored, and once across restarts', async () => {
  const at = Date.parse('2026-03-10T20:00:00.000Z');
  const first = await open({ at });
  await feed(first, {
    report: {
      deltas: {
        tips: [
          [700, 5, 'ok'],
          [300, 5, 'failed'],
        ],
        llmCalls: [
          [100, 'ok'],
          [100, 'error'],
        ],
      },
    },
  });
  // Every second tick is stored.
  for (let tick = 0; tick < 4; tick++) first.tickAfter(MINUTE);
  expect(events(first)).toEqual([]);
  first.clock.ms = Date.parse('2026-03-10T23:59:00.000Z');
  await feed(first);
  first.tickAfter(MINUTE);
  expect(events(first)).toMatchObject([
    {
      id: 'daily-ailife-2026-03-11',
      at: '2026-03-11T00:00:00.000Z',
      params: {
        hours: 24,
        tips: 1,
        tipsFailed: 1,
        revenueYen: 700,
        llmCalls: 3,
        llmErrors: 1,
        gameDay: 15,
        incidents: 0,
      },
    },
  ]);
  expect(events(first)[0]?.params.upPercent).toBe(100);
  const { home } = first;
  first.tickAfter(HOUR);
  const second = await open({ at: first.clock.ms, home });
  second.tickAfter(MINUTE);
  expect(events(second)).toHaveLength(1);
});

test('A10: it can be switched off, and has another time where one is set', async () => {
  const at = Date.parse('2026-03-10T20:00:00.000Z');
  const withStats = (dailyStats: { enabled: boolean; at: string }) => ({
    at,
    change: (config: Api['config']) => ({
      ...config,
      kit: {
        ...config.kit,
        config: { ...config.kit.config, alerts: { ...config.kit.config.alerts, dailyStats } },
      },
    }),
  });
  const off = await open(withStats({ enabled: false, at: '09:00' }));
  const early = await open(withStats({ enabled: true, at: '06:30' }));
  for (const api of [off, early]) {
    api.tickAfter(MINUTE);
    api.tickAfter(2 * HOUR);
  }
  expect(events(off)).toEqual([]);
  expect(events(early)).toMatchObject([{ at: '2026-03-10T21:30:00.000Z' }]);
});
