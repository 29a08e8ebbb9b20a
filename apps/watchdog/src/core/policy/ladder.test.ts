import { expect, test } from 'vitest';
import { play, policyFrom } from '../../../test/play-policy.ts';

const gateway = policyFrom(`
supervisor: {kind: none}
probeDefaults: {every: 60s, timeout: 5s}
probes:
  unit: {type: tcp, port: 18790}
  health: {type: http, url: "http://127.0.0.1:18790/health", fall: 2, recheck: {times: 1, every: 5s}}
  model: {type: http, url: "http://127.0.0.1:11434/v1/models", role: dependency}
  tunnel: {type: command, argv: [tunnel, status]}
actions:
  restart: {kind: exec, argv: [restart]}
  wait10: {kind: wait, for: 10s}
  check_model: {kind: probe, probe: model}
  recover_tunnel: {kind: exec, argv: [up]}
  reset_tunnel: {kind: exec, argv: [reset]}
evidence: {journal: {builtin: service_logs}}
faults:
  down:
    anyOf: [unit]
    ladder:
      - {on: fault, do: [restart], verify: {probes: [unit], within: 30s}}
      - {on: prev_unverified, notify: critical}
  unready:
    anyOf: [health]
    evidence: [journal]
    ladder:
      - {on: fault, do: [restart], verify: {probes: [health], within: 30s}}
      - {on: prev_unverified, notify: critical}
  tunnel_off:
    anyOf: [tunnel]
    ladder:
      - {on: fault, do: [recover_tunnel], verify: {probes: [tunnel], within: 15s}}
      - {on: prev_unverified, do: [reset_tunnel, recover_tunnel], verify: {probes: [tunnel], within: 15s}}
      - {on: prev_unverified, notify: critical}
  model_gone:
    anyOf: [model]
    ladder:
      - {on: {failures: 1}, do: [wait10, check_model]}
      - {on: {failures: 2}, do: [restart], verify: {probes: [model], within: 30s}}
      - {on: {failuresFrom: 3}, suppress: [restart], notify: critical, alertType: model_3x}
budgets:
  gateway: {counts: [restart], max: 3, window: 10m, backoff: [0s, 10s, 30s], onExhausted: {mode: wait, notify: critical}}
`);

test('W2: what never comes back is restarted at once, after 10 and after 30 s, 3 times in 10 minutes, then told, then again', () => {
  expect(play(gateway, { failing: () => ['unit'] }, 800).words).toEqual([
    '0 act restart',
    '30 raise fault_down',
    '70 act restart',
    '150 act restart',
    '180 raise restart_limit',
    // The first start has left the window; two are in it still.
    '630 act restart',
    '700 act restart',
  ]);
});

test('W2: the second bad health answer takes the journal, then restarts; one alone does neither', () => {
  const { words } = play(gateway, { failing: (at) => (at < 6_000 ? ['health'] : []) }, 300);
  expect(words).toEqual(['5 evidence journal', '5 act restart', '6 info fault_repaired']);
  expect(play(gateway, { failing: (at) => (at < 4_000 ? ['health'] : []) }, 300).words).toEqual([]);
});

test('W3: the model API: 1st a retry after 10 s, 2nd a restart, 3rd and on nothing but one notice', () => {
  expect(play(gateway, { failing: () => ['model'] }, 1_800).words).toEqual([
    ...['0 act wait10', '10 act check_model', '60 act restart'],
    '120 raise model_3x',
  ]);
});

test('W3: while the model is away a gateway that is bad is not restarted, one that is stopped is', () => {
  const bad = play(gateway, { failing: (at) => (at < 200_000 ? ['model'] : ['model', 'health']) }, 400);
  expect(bad.words.slice(4)).toEqual(['245 evidence journal', '245 raise fault_unready']);
  let restarted = false;
  const stopped = play(
    gateway,
    {
      failing: (at) => (at < 200_000 || restarted ? ['model'] : ['model', 'unit']),
      act: (action, at) => {
        restarted ||= action === 'restart' && at > 200_000;
        return true;
      },
    },
    400,
  );
  expect(stopped.words.slice(4)).toEqual(['250 act restart', '250 info fault_repaired']);
});

test('W3: what a fault forbids it forbids while it stands, also when a later step of it forbids something else', () => {
  const text = `
supervisor: {kind: none}
probes: {model: {type: http, url: "http://127.0.0.1:1/", every: 60s}, health: {type: http, url: "http://127.0.0.1:2/", every: 60s}}
actions: {restart: {kind: exec, argv: [restart]}, reset: {kind: exec, argv: [reset]}}
faults:
  model_gone:
    anyOf: [model]
    ladder: [{on: {failures: 1}, suppress: [restart], notify: warning}, {on: {failures: 2}, suppress: [reset], notify: critical}]
  unready: {anyOf: [health], ladder: [{on: fault, do: [restart, reset]}]}
budgets: {all: {counts: [restart, reset], max: 9, window: 10m, onExhausted: {mode: wait, notify: critical}}}
`;
  const failing = (at: number) => (at < 100_000 ? ['model'] : ['model', 'health']);
  const { words } = play(policyFrom(text), { failing }, 300);
  expect(words.filter((word) => word.includes('act'))).toEqual([]);
});

test('W4: the tunnel: on again, else reset and on again, else told', () => {
  expect(play(gateway, { failing: () => ['tunnel'] }, 100).words).toEqual([
    ...['0 act recover_tunnel', '15 act reset_tunnel', '15 act recover_tunnel'],
    '30 raise fault_tunnel_off',
  ]);
  let [reset, on] = [false, false];
  const act = (action: string) => {
    reset ||= action === 'reset_tunnel';
    on ||= reset && action === 'recover_tunnel';
    return true;
  };
  expect(play(gateway, { failing: () => (on ? [] : ['tunnel']), act }, 300).words).toEqual([
    ...['0 act recover_tunnel', '15 act reset_tunnel', '15 act recover_tunnel', '15 info fault_repaired'],
  ]);
});

test('C1: three failures in a row restart, two do not', () => {
  const dashboard = policyFrom(`
supervisor: {kind: none}
probes: {api: {type: http, url: "http://127.0.0.1:8082/", every: 30s, fall: 3, json: [{path: /current_price, exists: true}]}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {stall: {anyOf: [api], ladder: [{on: fault, do: [restart], verify: {probes: [api], within: 20s}}, {on: prev_unverified, notify: critical, halt: true}]}}
budgets: {all: {counts: [restart], max: 6, window: 10m, onExhausted: {mode: halt, notify: critical}}}
`);
  expect(play(dashboard, { failing: (at) => (at < 59_000 ? ['api'] : []) }, 300).words).toEqual([]);
  expect(play(dashboard, { failing: () => ['api'] }, 900).words).toEqual(['60 act restart', '80 raise fault_stall']);
});

test('R4: a damaged database is restored by the rung for it; a sound one is told with its evidence', () => {
  const ailife = policyFrom(`
supervisor: {kind: none}
probes:
  health: {type: http, url: "http://127.0.0.1:3000/healthz", every: 5s, timeout: 2s}
  db: {type: sqlite, path: game.sqlite}
actions: {restart: {kind: exec, argv: [restart]}, restore: {kind: exec, argv: [restore]}}
evidence: {logs50: {builtin: service_logs}, status: {builtin: supervisor_status}}
faults:
  down:
    anyOf: [health]
    evidence: [status, logs50]
    ladder:
      - {on: fault, do: [restart], verify: {probes: [health], within: 30s}}
      - {on: prev_unverified, if: [{probe: db, is: failing}], do: [restore, restart], notify: critical, verify: {probes: [health, db], within: 60s, rise: 2}}
      - {on: prev_unverified, notify: critical, halt: true}
budgets: {restores: {counts: [restore], max: 1, window: 6h, onExhausted: {mode: halt, notify: critical}}}
`);
  let restored = false;
  const act = (action: string) => {
    restored ||= action === 'restore';
    return true;
  };
  const corrupt = play(ailife, { failing: () => (restored ? [] : ['health', 'db']), act }, 300);
  expect(corrupt.words).toEqual([
    ...['0 evidence status logs50', '0 act restart', '30 raise fault_down', '30 act restore', '30 act restart'],
    '31 clear fault_down',
  ]);
  const sound = play(ailife, { failing: () => ['health'] }, 900);
  expect(sound.words).toEqual(['0 evidence status logs50', '0 act restart', '30 raise fault_down']);
  expect(sound.state.faults.down?.at).toBe('halted');
});
