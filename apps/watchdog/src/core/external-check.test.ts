import type { AlertType } from '@yoban/shared/alerts/catalogue';
import { expect, test } from 'vitest';
import type { Effect } from './effect.ts';
import { type ExternalContext, type ExternalEvent, nothingTold, readHealth, stepExternal } from './external-check.ts';

const fetched = (status: 'healthy' | 'degraded' | 'unhealthy', ...checks: string[]): ExternalEvent => ({
  type: 'fetched',
  status,
  reasons: checks.map((check) => ({
    check,
    code: `${check}_x`,
    impact: status === 'unhealthy' ? 'unhealthy' : 'degraded',
  })),
});
const unreachable: ExternalEvent = { type: 'unreachable', detail: 'connection refused' };

function play(events: [ExternalEvent, Partial<ExternalContext>?][]) {
  let state = nothingTold;
  const effects: Effect[] = [];
  events.forEach(([event, more], index) => {
    const context: ExternalContext = {
      service: 'ailife',
      host: 'localhost:3000',
      serviceUp: true,
      told: new Set(),
      justOver: new Set(),
      ...more,
    };
    const next = stepExternal(state, event, context, 60_000 * (index + 1));
    state = next.state;
    effects.push(...next.effects);
  });
  return { effects, told: effects.map((effect) => (effect.do === 'amend' ? '' : `${effect.do} ${effect.alertType}`)) };
}
const told = (...types: AlertType[]) => ({ told: new Set(types) });

test('H6: with the app alive, an endpoint that does not answer is a fault of the kit, told once', () => {
  const { effects } = play([[unreachable], [unreachable]]);
  expect(effects).toMatchObject([
    { do: 'raise', alertType: 'kit_down', params: { serviceUp: true, detail: 'connection refused' } },
  ]);
  expect(play([[unreachable], [fetched('healthy')]]).told).toEqual(['raise kit_down', 'clear kit_down']);
});

test('H6: with the app dead too it is DOWN, unless that fault is told or about to be', () => {
  expect(play([[unreachable, { serviceUp: false }]]).told).toEqual(['raise health_unreachable']);
  expect(play([[unreachable, { serviceUp: false, ...told('process_down') }]]).told).toEqual([]);
});

test('H6: where nobody can ask the app, the text says so', () => {
  expect(play([[unreachable, { serviceUp: null }]]).effects).toMatchObject([
    { alertType: 'kit_down', params: { serviceUp: false } },
  ]);
});

test('H6: worsening is told at each step, recovery only at healthy', () => {
  const { told: sent } = play([
    [fetched('degraded', 'llm')],
    [fetched('unhealthy', 'database.game')],
    [fetched('degraded', 'llm')],
    [fetched('unhealthy', 'process')],
    [fetched('healthy')],
    [fetched('healthy')],
  ]);
  expect(sent).toEqual([
    'raise service_degraded',
    'raise service_unhealthy',
    'clear service_unhealthy',
    'clear service_degraded',
  ]);
});

test('H6: a status that still shows what was over a moment ago is no news; what else it shows, and what lasts, is', () => {
  const justOver = { justOver: new Set<AlertType>(['health_unreachable']) };
  expect(play([[fetched('unhealthy', 'process'), justOver], [fetched('healthy')]]).told).toEqual([]);
  expect(play([[fetched('unhealthy', 'process', 'database.game'), justOver]]).told).toEqual([
    'raise service_unhealthy',
  ]);
  expect(play([[fetched('unhealthy', 'process'), justOver], [fetched('unhealthy', 'process')]]).told).toEqual([
    'raise service_unhealthy',
  ]);
  expect(play([[unreachable, { serviceUp: false, ...justOver }]]).told).toEqual(['raise health_unreachable']);
});

test('decisions: unhealthy says nothing of its own while every reason is told by an open CRITICAL', () => {
  expect(play([[fetched('unhealthy', 'process'), told('process_down')], [fetched('healthy')]]).told).toEqual([]);
  expect(play([[fetched('unhealthy', 'process'), told('health_unreachable')]]).told).toEqual([]);
  expect(play([[fetched('unhealthy', 'database.game'), told('database_corrupt')]]).told).toEqual([]);
  expect(play([[fetched('unhealthy', 'process', 'database.game'), told('process_down')]]).told).toEqual([
    'raise service_unhealthy',
  ]);
  expect(play([[fetched('unhealthy', 'database.game')]]).effects).toMatchObject([
    { params: { reasons: 'database.game_x' } },
  ]);
});

test('only a health response is an answer', () => {
  expect(readHealth('{"status":"degraded","reasons":[{"check":"llm","code":"llm_down","impact":"degraded"}]}')).toEqual(
    {
      type: 'fetched',
      status: 'degraded',
      reasons: [{ check: 'llm', code: 'llm_down', impact: 'degraded' }],
    },
  );
  expect(readHealth('{"status":"ok"}')).toBeNull();
  expect(readHealth('<html>')).toBeNull();
});
