import { expect, test } from 'vitest';
import { policyFrom } from '../../../test/play-policy.ts';
import { simulatePolicy } from './simulate.ts';

const policy = policyFrom(`
supervisor: {kind: none}
probes:
  process: {type: supervisor, every: 5s}
  data: {type: sqlite, path: a.sqlite}
actions: {restart: {kind: exec, argv: [restart]}}
faults:
  down: {anyOf: [process], ladder: [{on: fault, do: [restart], verify: {probes: [process, data], within: 10s}}]}
`);

/** The process comes back with the repair; the database is known only from `knownFrom` on (ms). */
function repaired(knownFrom: number): string[] {
  let up = false;
  const { lines } = simulatePolicy({
    policy,
    untilMs: 30_000,
    world: {
      look: (probe, at) => {
        const unknown = probe === 'data' && at < knownFrom;
        return { passes: probe === 'data' ? !unknown : up, unknown, detail: '', tookMs: 0 };
      },
      act: () => {
        up = true;
        return { ok: true, tookMs: 0 };
      },
    },
  });
  const words = lines.filter(({ what }) => ['verified', 'unverified'].includes(what));
  return words.map(({ at, what, detail }) => `${at} ${what} ${detail}`);
}

test('W2: a proof that names a database is none while nobody can read that; it has its time to become readable', () => {
  expect(repaired(60_000)).toEqual(['10000 unverified not within its time']);
  expect(repaired(4_000)).toEqual(['4000 verified process, data']);
});

test('C2: a probe that was never once known keeps no repair from being proven by the others', () => {
  const slow = policyFrom(`
supervisor: {kind: none}
probes:
  latency: {type: http, url: "http://127.0.0.1:1/", every: 5s}
  errors: {type: resource, metric: error_rate, max: 0.05, every: 5s}
actions: {tune: {kind: exec, argv: [tune]}}
faults: {slow: {anyOf: [latency, errors], ladder: [{on: fault, do: [tune], verify: {probes: [latency, errors], within: 10s}}]}}
`);
  let tuned = false;
  const { lines } = simulatePolicy({
    policy: slow,
    untilMs: 30_000,
    world: {
      look: (probe) => ({ passes: probe === 'latency' && tuned, unknown: probe === 'errors', detail: '', tookMs: 0 }),
      act: () => {
        tuned = true;
        return { ok: true, tookMs: 0 };
      },
    },
  });
  expect(lines.map(({ what }) => what)).toContain('verified');
});
