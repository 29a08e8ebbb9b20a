import { expect, test } from 'vitest';
import { observedOk, reportOk } from '../../test/observed.ts';
import { alertConditions } from './alert-conditions.ts';
import { type AlertFlag, quietFlag, stepAlert } from './alert-step.ts';
import { rollUp } from './roll-up.ts';

const now = Date.parse('2026-03-11T15:30:00.000Z');
const condition = (on: boolean | null) => ({ alertType: 'llm_down' as const, on, params: {} });

test('A9: a warning is raised and cleared by two evaluations in a row, each time with an id of its own', () => {
  let flag: AlertFlag = quietFlag(7);
  const ids = [true, false, true, true, null, false, true, false, false, true, true].map((on) => {
    const [next, event] = stepAlert('ailife', flag, condition(on), now);
    flag = next;
    return event?.id ?? null;
  });
  expect(ids.filter((id) => id !== null)).toEqual([
    'health-ailife-llm_down-7-1-raise',
    'health-ailife-llm_down-7-1-clear',
    'health-ailife-llm_down-7-2-raise',
  ]);
  expect(ids[3]).toBe('health-ailife-llm_down-7-1-raise');
});

test('A9: after a lost store the first raise is another event than the first raise of before', () => {
  const firstRaise = (born: number) => {
    const [half] = stepAlert('ailife', quietFlag(born), condition(true), now);
    return stepAlert('ailife', half, condition(true), now)[1]?.id;
  };
  expect(firstRaise(now)).toMatch(/-raise$/);
  expect(firstRaise(now)).not.toBe(firstRaise(now + 60_000));
});

const seen = (change: object) =>
  alertConditions(rollUp({ ...observedOk(now), ...change }, { bus: 'ok', store: 'ok' }, now));
const on = (change: object) => seen(change).flatMap((one) => (one.on ? [one.alertType] : []));

test('A9: each condition of health-api is seen by its own fault, with the values its sentence needs', () => {
  expect(on({})).toEqual([]);
  const away = reportOk(now).platforms;
  const report = { ...reportOk(now), platforms: { ...away, youtube: { connected: false, lastPollAt: null } } };
  expect(on({ report })).toEqual(['platform_disconnected_youtube']);
  const hour = { ...observedOk(now).hour, llmErrorPercent: 15.3, tipsFailed: 2 };
  expect(on({ hour })).toEqual(['llm_error_rate', 'tips_failing']);
});

test('A9: a second platform that goes away is told while the first is still away, and each recovery too', () => {
  const ids: string[] = [];
  const flags = new Map<string, AlertFlag>();
  const look = (youtube: boolean, tiktok: boolean) => {
    const platforms = {
      youtube: { connected: youtube, lastPollAt: null },
      tiktok: { connected: tiktok, lastEventAt: null },
    };
    for (const one of seen({ report: { ...reportOk(now), platforms } })) {
      const [next, event] = stepAlert('ailife', flags.get(one.alertType) ?? quietFlag(now), one, now);
      flags.set(one.alertType, next);
      if (event) ids.push(`${event.kind} ${event.alertType}`);
    }
  };
  for (let i = 0; i < 3; i++) look(false, true);
  for (let i = 0; i < 3; i++) look(false, false);
  for (let i = 0; i < 3; i++) look(true, false);
  expect(ids).toEqual([
    'raise platform_disconnected_youtube',
    'raise platform_disconnected_tiktok',
    'clear platform_disconnected_youtube',
  ]);
});

test('A9: stale input neither raises nor clears', () => {
  const stale = seen({ report: { ...reportOk(now), at: now - 60_000 } });
  for (const one of stale.filter(({ alertType }) => /llm|tips|youtube|tiktok|cycle/.test(alertType)))
    expect(one.on, one.alertType).toBeNull();
});
