import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyFrom } from '../../../test/play-policy.ts';
import { type Move, PolicyChaos } from '../../../test/policy-chaos.ts';

const policyOf = (mode: string) =>
  policyFrom(`
supervisor: {kind: none}
probeDefaults: {every: 20s, timeout: 5s}
probes:
  process: {type: supervisor, every: 5s}
  health: {type: http, url: "http://127.0.0.1:1/", fall: 2, rise: 2, startPeriod: 5s, recheck: {times: 1, every: 2s}}
  data: {type: sqlite, path: a.sqlite}
actions:
  restart: {kind: supervisor, op: restart}
  rebuild: {kind: exec, argv: [rebuild], idempotent: false}
  clean: {kind: exec, argv: [clean]}
evidence: {ps: {builtin: ps}}
faults:
  down:
    anyOf: [process]
    firstResponder: {owner: supervisor, grace: 10s}
    ladder:
      - {on: fault, do: [restart], verify: {probes: [process, health], within: 10s, rise: 2}, milestones: [{probes: [data], within: 5s}]}
      - {on: prev_unverified, do: [clean, rebuild], notify: warning, verify: {probes: [process], within: 10s}}
      - {on: prev_unverified, notify: critical}
  unready:
    anyOf: [health, data]
    evidence: [ps]
    cooldown: 5m
    ladder:
      - {on: fault, if: [{probe: data, is: failing}], do: [rebuild], notify: critical, verify: {probes: [data, health], within: 10s}}
      - {on: {failures: 1}, do: [restart]}
      - {on: {failures: 3}, do: [restart], verify: {probes: [health], within: 5s}}
      - {on: {failuresFrom: 4}, suppress: [restart], notify: critical}
  both: {allOf: [process, data], ladder: [{on: fault, do: [restart], notify: critical, halt: true}]}
budgets:
  restarts: {counts: [restart, rebuild], max: 3, window: 3m, backoff: [0s, 5s, 15s], onExhausted: {mode: ${mode}, notify: critical}}
  rebuilds: {counts: [rebuild], max: 1, window: 6m, onExhausted: {mode: wait, notify: warning}}
kick: {token: {env: KICK}, allow: [restart, rebuild]}
`);
const policies = { wait: policyOf('wait'), halt: policyOf('halt') };

const probe = fc.constantFrom('process', 'health', 'data');
const weighted = (weight: number, arbitrary: fc.Arbitrary<Move>) => ({ weight, arbitrary });
const move: fc.Arbitrary<Move> = fc.oneof(
  weighted(8, fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 150 }) })),
  weighted(
    8,
    fc.record({
      do: fc.constant('set' as const),
      probe,
      is: fc.constantFrom('passing', 'failing', 'failing', 'unknown'),
    }),
  ),
  weighted(
    2,
    fc.record({
      do: fc.constant('actions' as const),
      outcome: fc.constantFrom('ok', 'ok', 'failed', 'timed_out', 'busy'),
      seconds: fc.integer({ min: 0, max: 30 }),
    }),
  ),
  weighted(
    4,
    fc.record({
      do: fc.constant('event' as const),
      event: fc.oneof(
        fc.record({ type: fc.constant('process' as const), event: fc.constantFrom('exit', 'online', 'gave_up') }),
        fc.constant({ type: 'ack' as const, fault: null }),
        fc.record({ type: fc.constant('dependencies' as const), faulty: fc.constantFrom([], ['other']) }),
        fc.record({ type: fc.constant('told_elsewhere' as const), is: fc.constantFrom('none', 'coming', 'open') }),
        fc.record({ type: fc.constant('deploying' as const), is: fc.boolean() }),
        fc.record({ type: fc.constant('maintenance' as const), until: fc.constantFrom(null, 1_773_187_300_000) }),
        fc.record({
          type: fc.constant('kick' as const),
          id: fc.uuid(),
          action: fc.constantFrom('restart', 'rebuild', 'clean'),
          source: fc.constant('cli'),
        }),
      ),
    }),
  ),
  weighted(2, fc.record({ do: fc.constant('clock' as const), byMs: fc.integer({ min: -7_200_000, max: 7_200_000 }) })),
  weighted(2, fc.constant({ do: 'restart' })),
);

const timeline = fc.record({
  mode: fc.constantFrom('wait' as const, 'halt' as const),
  moves: fc.array(move, { maxLength: 40 }),
});

/** Starts of counted actions that fall into one window, at most. */
function most(starts: readonly { action: string; at: number }[], counts: readonly string[], windowMs: number): number {
  const times = starts.filter(({ action }) => counts.includes(action)).map(({ at }) => at);
  return Math.max(0, ...times.map((begin) => times.filter((at) => at >= begin && at - begin < windowMs).length));
}

test('W2: whatever happens, no window holds more starts than its budget, none is begun twice, none while all is well', {
  timeout: 60_000,
}, () => {
  let starts = 0;
  fc.assert(
    fc.property(timeline, ({ mode, moves }) => {
      const policy = policies[mode];
      const chaos = new PolicyChaos(policy);
      chaos.play(moves);
      starts += chaos.starts.length;
      expect(chaos.broken).toEqual([]);
      for (const { counts, max, window } of Object.values(policy.budgets))
        expect(most(chaos.starts, counts, window)).toBeLessThanOrEqual(max);
    }),
    { numRuns: 250 },
  );
  // A world in which nothing is ever done would prove nothing.
  expect(starts).toBeGreaterThan(50);
});

test('W5: what was told is taken back once, when all is well again, and nothing is left standing', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(timeline, ({ mode, moves }) => {
      const chaos = new PolicyChaos(policies[mode]);
      chaos.play(moves);
      chaos.heal();
      expect(chaos.broken).toEqual([]);
      expect(Object.values(chaos.state.faults).map(({ at }) => at)).toEqual(['healthy', 'healthy', 'healthy']);
      const told = (kind: string) =>
        chaos.tells
          .filter((one) => one.kind === kind && one.alertType !== 'phase_late')
          .map(({ incidentId, alertType }) => `${incidentId} ${alertType}`);
      // A worse level of the same alert is another raise of it, and has no end of its own.
      const raised = new Set(told('raise'));
      expect(new Set(told('clear'))).toEqual(raised);
      expect(told('clear')).toHaveLength(raised.size);
    }),
    { numRuns: 120 },
  );
});
