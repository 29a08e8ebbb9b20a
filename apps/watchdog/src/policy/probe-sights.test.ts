import type { Finding } from '@yoban/host-tools/policy-probes/policy-probe';
import { expect, test } from 'vitest';
import { policyFrom } from '../../test/play-policy.ts';
import { createProbeSights } from './probe-sights.ts';

const policy = policyFrom(`
supervisor: {kind: none}
probes: {page: {type: http, url: "http://127.0.0.1:1/", every: 5s}}
actions: {pause: {kind: wait, for: 1s}}
faults: {down: {anyOf: [page], ladder: [{on: fault, do: [pause]}]}}
`);
const found = (at: number, is: 'ok' | 'failing' | 'unknown'): Finding => ({
  ...{ at, passes: is === 'ok', unknown: is === 'unknown', value: null, unit: null, detail: is, durationMs: 1 },
});

test('H5: the newest look that could tell is shown, with when it last held', () => {
  const sights = createProbeSights(policy);
  sights.note('page', found(0, 'unknown'));
  expect(sights.results()).toMatchObject([
    { service: 'app', name: 'page', type: 'http', everyMs: 5_000, state: 'unknown' },
  ]);
  sights.note('page', found(5_000, 'ok'));
  sights.note('page', found(10_000, 'failing'));
  sights.note('page', found(15_000, 'unknown'));
  sights.note('another', found(15_000, 'ok'));
  expect(sights.results()).toMatchObject([
    { state: 'failing', observedAt: '1970-01-01T00:00:10.000Z', goodAt: '1970-01-01T00:00:05.000Z' },
  ]);
});
