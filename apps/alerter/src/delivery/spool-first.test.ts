import { expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { testRules } from '../../test/support/rules.ts';
import { t0 } from '../../test/support/steps.ts';
import { decideEvent } from '../core/decide-event.ts';
import { createSpoolFirst } from './spool-first.ts';

const nothing = { now: t0, silences: [], alerts: new Map(), services: new Map(), channels: new Map() };
const rowOf = (service: string) =>
  decideEvent(fullEvent({ id: service, service }), nothing, testRules()).rows.slice(0, 1);

test('A5: what the outbox has of an alert waits for what the spool has of it, but not for ever', () => {
  const keys = new Set(['a/process_down']);
  const rows = [...rowOf('a'), ...rowOf('b')];
  let isInVain = false;
  const waits = createSpoolFirst({ keys: () => keys, isInVain: () => isInVain });
  expect(rows.map(waits)).toEqual([true, false]);
  isInVain = true;
  expect(rows.map(waits)).toEqual([false, false]);
  isInVain = false;
  keys.clear();
  expect(rows.map(waits)).toEqual([false, false]);
});
