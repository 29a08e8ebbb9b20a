import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { signalProcess } from '@yoban/shared/testing/signal-process';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRunKit, type RunKit } from './run-kit.ts';

const mainFile = fileURLToPath(new URL('../src/main.ts', import.meta.url));
let kit: RunKit;
let child: ChildProcess | null = null;
/** There = the service is well. The repair makes it, after its time. */
const flag = () => path.join(kit.dir, 'flag');
const began = () => path.join(kit.dir, 'began');

beforeAll(async () => {
  kit = await createRunKit('here', 60_000, ({ script }) => {
    const dir = path.dirname(script);
    const repair = path.join(dir, 'repair.sh');
    writeFileSync(repair, `echo $$ >> ${dir}/began\nsleep "$(cat ${dir}/takes)"\ntouch ${dir}/flag\n`);
    return `
probes:
  flag: {type: command, argv: [test, -e, ${dir}/flag], every: 500ms, timeout: 2s}
  process: {type: supervisor, every: 500ms, timeout: 2s, rise: 3}
actions:
  repair: {kind: exec, argv: [sh, ${repair}], timeout: 60s}
  restart: {kind: supervisor, op: restart, timeout: 5s}
faults:
  broken:
    anyOf: [flag]
    cooldown: 0s
    ladder: [{on: fault, do: [repair], notify: critical, verify: {probes: [flag], within: 5s}}]
  down:
    anyOf: [process]
    cooldown: 0s
    # On a busy machine an app that refuses is up for seconds before it says so: it must not pass for one that runs.
    ladder: [{on: fault, do: [restart], verify: {probes: [process], within: 60s, rise: 30}}]
budgets:
  repairs: {counts: [repair], max: 3, window: 10m, onExhausted: {mode: halt, notify: critical}}
  restarts: {counts: [restart], max: 3, window: 10m, backoff: [0s, 100ms, 300ms], onExhausted: {mode: wait, notify: critical}}
`;
  });
  await kit.start('--max-restarts', '2', '--kill-timeout', '1s');
});
afterAll(() => kit.close());

beforeEach(() => {
  writeFileSync(flag(), '');
  rmSync(began(), { force: true });
  kit.ear.forget();
});
afterEach(() => end());

function begin(): void {
  const env = { ...process.env, ...kit.env };
  child = spawn(process.execPath, ['--conditions=yoban-src', mainFile], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function end(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const up = () => waitFor('the app to be seen', () => kit.ear.last('process')?.state === 'up');
/** Whole lines only: it may be read while one is written. */
const beginnings = () => (existsSync(began()) ? readFileSync(began(), 'utf8').split('\n').slice(0, -1) : []);
const incident = (fault: string) => kit.ear.incidents.findLast((one) => one.fault === fault);
const over = (fault: string) => waitFor(`the end of ${fault}`, () => incident(fault)?.recoveredAt);

function attempts(action: string): { outcome: string | null; detail: string | null }[] {
  const db = new Database(path.join(kit.home, 'state', 'watchdog.sqlite'), { readonly: true });
  try {
    return db
      .prepare<[string], { outcome: string | null; detail: string | null }>(
        'SELECT outcome, detail FROM policy_attempt WHERE action = ? ORDER BY started_at',
      )
      .all(action);
  } finally {
    db.close();
  }
}

/** Breaks it, and kills the watchdog while it repairs; the repair itself is ended as well. */
async function killInMidRepair(): Promise<void> {
  writeFileSync(path.join(kit.dir, 'takes'), '30');
  begin();
  await up();
  rmSync(flag());
  const [pid] = await waitFor('the repair', () => (beginnings().length > 0 ? beginnings() : null));
  await end();
  signalProcess(-Number(pid), 'SIGKILL');
}

test('R4: killed in mid-repair, what stands is repaired after all, told once, and both starts are in the budget', async () => {
  await killInMidRepair();
  writeFileSync(path.join(kit.dir, 'takes'), '0.2');
  begin();
  await over('broken');
  expect(attempts('repair').map(({ outcome }) => outcome)).toEqual(['failed', 'ok']);
  expect(attempts('repair')[0]?.detail).toMatch(/cut short/);
  expect(incident('broken')).toMatchObject({
    recoveredBy: 'yoban',
    actions: [{ ok: false }, { ok: true, attempt: 2 }],
  });
  await waitFor('both messages', () => kit.ear.alerts.length >= 2);
  expect(kit.ear.told()).toEqual(['raise fault_broken', 'clear fault_broken']);
});

test('R4: killed in mid-repair, what is well again meanwhile is left alone', async () => {
  await killInMidRepair();
  writeFileSync(flag(), '');
  begin();
  await over('broken');
  expect(beginnings()).toHaveLength(1);
  expect(attempts('repair')).toHaveLength(3);
  await waitFor('both messages', () => kit.ear.alerts.length >= 2);
  expect(kit.ear.told()).toEqual(['raise fault_broken', 'clear fault_broken']);
});

test('W2: a crash loop is restarted as often as the budget allows, told once, and over a restart of the watchdog not more', async () => {
  begin();
  await up();
  writeFileSync(kit.app.refuseFile, '');
  process.kill(kit.run.appPid(), 'SIGKILL');
  await waitFor('the limit', () => kit.ear.told().includes('raise restart_limit'), 50_000);
  expect(attempts('restart')).toHaveLength(3);
  await end();
  begin();
  await waitFor('it to look again', () => kit.ear.last('process')?.state === 'down');
  rmSync(kit.app.refuseFile);
  await kit.run.ask('start');
  await over('down');
  expect(attempts('restart')).toHaveLength(3);
  expect(incident('down')?.actions).toHaveLength(3);
  await waitFor('the recovery', () => kit.ear.told().includes('clear restart_limit'));
  expect(kit.ear.told().filter((one) => one.includes('restart_limit'))).toHaveLength(2);
});
