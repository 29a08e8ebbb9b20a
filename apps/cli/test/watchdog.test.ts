import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHome } from './support/run-yoban.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const home = makeHome(path.join(temp.dir, 'h'));
const flag = path.join(temp.dir, 'flag');

interface Shown {
  services: { service: string; faults: { fault: string; state: string; tried: string[] }[]; neverRan?: true }[];
  steps: { reason: string; detail: string }[];
}

beforeAll(() => {
  home.configure(`version: 1
services:
  app:
    supervisor: {kind: none}
    probes:
      flag: {type: command, argv: [test, -e, ${flag}], every: 5m, timeout: 30s, fall: 2, recheck: {times: 1, every: 200ms}}
      spare: {type: tcp, port: 1}
    actions: {mend: {kind: exec, argv: [touch, ${flag}]}}
    faults:
      gone: {anyOf: [flag], ladder: [{on: fault, do: [mend], verify: {probes: [flag], within: 40s}}, {on: prev_unverified, notify: critical, halt: true}]}
    budgets: {mends: {counts: [mend], max: 2, window: 10m, backoff: [0s, 30s], onExhausted: {mode: wait, notify: critical}}}
    sla: {detect: 5m}
  door:
    supervisor: {kind: none}
    actions: {open: {kind: exec, argv: [echo]}}
    kick: {token: {env: KICK_TOKEN}, allow: [open]}
`);
});

test('config check says how late each fault may be found, and names what cannot hold or is not used', async () => {
  const checked = (await home.yoban(['config', 'check', '--json'])).json<{
    detection: unknown[];
    warnings: string[];
  }>();
  expect(checked.detection).toEqual([{ service: 'app', fault: 'gone', probe: 'flag', worstMs: 360_200 }]);
  expect(checked.warnings.slice(0, 2)).toEqual([
    'app: nothing uses probe spare, so it is never looked at',
    'app gone: found within 6 min at worst (probe flag), but sla.detect promises 5 min',
  ]);
  const told = await home.yoban(['config', 'check', '--lang', 'ja']);
  expect(told.out).toContain('最悪の検知時間');
  expect(told.out).toContain('検査 spare はどこからも使われず');
});

test('W8: simulate plays a named fault through the real policy on virtual time', async () => {
  const forever = (await home.yoban(['watchdog', 'simulate', 'gone', '--json'])).json<{ lines: Line[] }>();
  expect(acts(forever.lines)).toEqual(['0 acting mend', '41 halted ladder']);
  const mended = (await home.yoban(['watchdog', 'simulate', 'app/gone:mend', '--json'])).json<{ lines: Line[] }>();
  expect(acts(mended.lines)).toEqual(['0 acting mend']);
  expect(mended.lines.map(({ what }) => what)).toContain('recovered');
});

test('W8: a scenario file is played with --no-recovery and with --fast', async () => {
  const file = path.join(temp.dir, 'scenario.yml');
  writeFileSync(file, 'until: 10m\ntimeline: [{at: 1m, fail: [flag]}]\nactions: {mend: {ok: false}}\n');
  const observed = await home.yoban(['watchdog', 'simulate', file, '--no-recovery']);
  expect(observed).toMatchObject({ code: 0 });
  expect(observed.out).toContain('would_run');
  expect(observed.out).not.toContain('acting');
  const fast = (await home.yoban(['watchdog', 'simulate', file, '--fast', '--json'])).json<{ lines: Line[] }>();
  expect(fast.lines.find(({ what }) => what === 'detected')?.at).toBeLessThan(130_000);
});

test('simulate refuses what is neither a file nor a fault, and says what there is', async () => {
  const ran = await home.yoban(['watchdog', 'simulate', 'nothing']);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('There are: gone');
});

test('W8: run-once --dry-run says what it would do and leaves nothing', async () => {
  rmSync(flag, { force: true });
  // What may only be kicked has its state and its budgets, too.
  const { services } = (await home.yoban(['watchdog', '--json'])).json<Shown>();
  expect(services.map(({ service, neverRan }) => [service, neverRan])).toEqual([
    ['app', true],
    ['door', true],
  ]);
  const dry = await home.yoban(['watchdog', 'run-once', '--dry-run', '--json']);
  expect(dry.code).toBe(1);
  expect(dry.json<Shown>().steps).toContainEqual(expect.objectContaining({ reason: 'would_run', detail: 'mend' }));
  expect(existsSync(flag)).toBe(false);
  expect(existsSync(path.join(home.dir, 'state', 'watchdog.sqlite'))).toBe(false);
});

test('W8: run-once repairs what it finds, and status shows it', async () => {
  const once = await home.yoban(['watchdog', 'run-once', '--json']);
  expect(once.code).toBe(0);
  expect(once.json<Shown>().steps.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(['detected', 'acting', 'acted', 'verified', 'recovered']),
  );
  expect(existsSync(flag)).toBe(true);
  const shown = await home.yoban(['watchdog', 'status']);
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(/gone +HEALTHY/);
  expect(shown.out).toMatch(/mends +1 +2 +10 min/);
});

test('run-once does nothing beside a watchdog that runs', async () => {
  writeFileSync(path.join(home.dir, 'run', 'watchdog.heartbeat'), '1\n');
  const ran = await home.yoban(['watchdog', 'run-once']);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('KIT_ALREADY_RUNNING');
});

interface Line {
  at: number;
  what: string;
  detail: string;
}
const acts = (lines: Line[]): string[] =>
  lines
    .filter(({ what }) => what === 'acting' || what === 'halted')
    .map(({ at, what, detail }) => `${Math.round(at / 1_000)} ${what} ${detail}`);
