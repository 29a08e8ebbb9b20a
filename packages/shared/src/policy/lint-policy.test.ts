import { expect, test } from 'vitest';
import { parseConfig } from '../config/load-config.ts';
import { applyProfile } from './apply-profile.ts';
import { lintPolicy } from './lint-policy.ts';
import { worstDetectionMs, worstDetectionOf } from './worst-detection.ts';

function policyFrom(section: string) {
  const body = section.trim().replace(/^/gm, '    ');
  const { app } = parseConfig(`version: 1\nservices:\n  app:\n${body}\n`, {}, 'test.yml').services;
  if (!app) throw new Error('no service');
  return app;
}

const polled = policyFrom(`
supervisor: {kind: none}
probeDefaults: {every: 5m, timeout: 30s, recheck: {times: 2, every: 10s}}
probes:
  db: {type: tcp, port: 5432, fall: 3}
  slow: {type: tcp, port: 5433, every: 60s, fall: 3, recheck: {times: 1, every: 10s}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {down: {anyOf: [db, slow], ladder: [{on: fault, do: [restart], verify: {probes: [db], within: 2m}}]}}
sla: {detect: 5m}
`);

test('C1: the worst detection counts the interval, every time limit and every recheck, then the clock again', () => {
  const { db, slow } = polled.probes;
  expect(db && worstDetectionMs(db)).toBe(300_000 + 30_000 + 2 * (10_000 + 30_000));
  expect(slow && worstDetectionMs(slow)).toBe(60_000 + 30_000 + (10_000 + 30_000) + 60_000);
  const { down } = polled.faults;
  expect(down && worstDetectionOf(down, polled.probes)).toEqual({ probe: 'db', ms: 410_000 });
});

test('a promise that cannot hold is found, and holds with --fast', () => {
  expect(lintPolicy(polled, 'none')).toEqual([
    { lint: 'late_detection', fault: 'down', probe: 'db', worstMs: 410_000, promisedMs: 300_000 },
  ]);
  expect(lintPolicy(applyProfile(polled, { fast: true, noRecovery: false }), 'none')).toEqual([]);
});

test('--no-recovery observes, and a profile of the file rules over the usual one', () => {
  expect(applyProfile(polled, { fast: false, noRecovery: true }).mode).toBe('observe');
  const own = { ...polled, profiles: { fast: { everyScale: 0.5 } } };
  expect(applyProfile(own, { fast: true, noRecovery: false }).probes.db).toMatchObject({
    ...{ every: 150_000, timeout: 30_000, recheck: { times: 2, every: 5_000 } },
  });
});

test('what is declared and never used, never due, or not limited is named', () => {
  const odd = policyFrom(`
supervisor: {kind: pm2, name: app}
probes: {proc: {type: supervisor}, spare: {type: tcp, port: 1}, health: {type: http, url: "http://127.0.0.1:1/", timeout: 10s}}
actions: {restart: {kind: supervisor, op: restart}, idle: {kind: wait, for: 1s}, clean: {kind: exec, argv: [clean]}}
faults:
  crash: {anyOf: [proc], ladder: [{on: fault, do: [restart], verify: {probes: [health], within: 5s}}]}
  told: {anyOf: [health], ladder: [{on: fault, notify: warning}, {on: prev_unverified, do: [clean, clean]}]}
budgets: {cleaning: {counts: [clean], max: 1, window: 1h, onExhausted: {mode: wait, notify: warning}}}
`);
  expect(lintPolicy(odd, 'pm2')).toEqual([
    { lint: 'unused_probe', probe: 'spare' },
    { lint: 'unused_action', action: 'idle' },
    { lint: 'unbudgeted_action', action: 'restart', fault: 'crash' },
    { lint: 'short_proof', fault: 'crash', step: 0, probe: 'health' },
    { lint: 'two_restarters', fault: 'crash' },
    { lint: 'step_never_due', fault: 'told', step: 1 },
    { lint: 'step_over_budget', fault: 'told', step: 1, budget: 'cleaning', max: 1 },
    { lint: 'daemon_unseen' },
  ]);
});
