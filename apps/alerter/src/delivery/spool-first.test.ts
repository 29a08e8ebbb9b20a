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
  const forClaim = createSpoolFirst({ keys: () => keys, isInVain: () => isInVain });
  expect(rows.map(forClaim())).toEqual([true, false]);
  isInVain = true;
  expect(rows.map(forClaim())).toEqual([false, false]);
  isInVain = false;
  keys.clear();
  expect(rows.map(forClaim())).toEqual([false, false]);
});

test('A5: the spool is looked at once for the rows of a claim, and anew for the next one', () => {
  let looks = 0;
  const keys = () => {
    looks += 1;
    return new Set(['a/process_down']);
  };
  const forClaim = createSpoolFirst({ keys, isInVain: () => false });
  const rows = [...rowOf('b'), ...rowOf('a'), ...rowOf('c')];
  const waits = forClaim();
  expect([rows.map(waits), looks]).toEqual([[false, true, false], 1]);
  expect([rows.map(forClaim()), looks]).toEqual([[false, true, false], 2]);
});
