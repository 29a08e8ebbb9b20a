import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpsError } from '@yoban/shared/errors';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { BootClock } from '../src/policy/boot-clock.ts';
import { PolicyRunner } from '../src/policy/policy-runner.ts';
import type { PolicyWorld } from '../src/policy/policy-world.ts';
import { createPolicyStore, type PolicyStore } from '../src/store/policy-store.ts';
import { openWatchStore } from '../src/store/watch-store.ts';
import { policyFrom } from './play-policy.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

const policy = policyFrom(`
supervisor: {kind: none}
probes: {unit: {type: tcp, port: 1, every: 20ms}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {down: {anyOf: [unit], ladder: [{on: fault, do: [restart], verify: {probes: [unit], within: 30ms}}]}}
budgets: {restarts: {counts: [restart], max: 2, window: 10m, onExhausted: {mode: wait, notify: critical}}}
`);

/** A wall clock that a test sets; time itself goes on. */
function clockOf(bootId: string) {
  const clock = {
    ...{ bootId, setMs: 0, now: () => Date.now() + clock.setMs, monotonicMs: () => performance.now() + 5_000_000 },
  };
  return clock satisfies BootClock;
}

let file = 0;
let starts = 0;
let runner: PolicyRunner | null = null;
afterEach(async () => {
  await runner?.stop();
  runner = null;
});

const world: PolicyWorld = {
  look: async () => ({ passes: false, unknown: false, detail: 'closed' }),
  act: async () => {
    starts += 1;
    return { outcome: 'ok', exitCode: 0, durationMs: 1, detail: '' };
  },
  takeEvidence: async () => null,
  tryLock: () => ({ release: () => undefined }),
  maintenanceUntil: () => null,
  isDeploying: () => false,
  faultyDependencies: () => [],
  toldElsewhere: () => 'none',
  onState: () => undefined,
  close: async () => undefined,
};

function createStore() {
  starts = 0;
  file += 1;
  return openWatchStore(path.join(temp.dir, `${file}.sqlite`));
}

interface Own {
  world?: Partial<PolicyWorld>;
  isFull?: () => boolean;
}

function create(store: ReturnType<typeof createStore>, clock: BootClock, own: Own = {}): PolicyRunner {
  const { log } = createTestLog();
  const kept = createPolicyStore(store.db);
  const commit: PolicyStore['commit'] = (...change) => {
    if (own.isFull?.()) throw new Error('database or disk is full');
    kept.commit(...change);
  };
  const deps = { policy, clock, log, store: { ...kept, commit }, world: { ...world, ...own.world } };
  runner = new PolicyRunner({ ...deps, wake: () => undefined, onKickAnswer: () => undefined });
  return runner;
}

function begin(...of: Parameters<typeof create>): PolicyRunner {
  const one = create(...of);
  one.start();
  return one;
}

const spent = (one: PolicyRunner) =>
  waitFor('the budget to be spent', () => one.state.faults.down?.at === 'waiting_budget');
/** A state of its own follows the time: a process that did not come to its turn has not looked meanwhile. */
const looksMore = async (one: PolicyRunner, moreMs: number) => {
  await sleep(moreMs);
  const before = one.state;
  await waitFor('more looks', () => one.state !== before && one.state.probes.unit?.seen);
};

test('W2: a wall clock that is set hours ahead or back gives no more starts and freezes nothing', async () => {
  const clock = clockOf('boot-1');
  const one = begin(createStore(), clock);
  await spent(one);
  for (const byMs of [7_200_000, -7_200_000, -7_200_000]) {
    clock.setMs += byMs;
    await looksMore(one, 150);
    expect(one.state.faults.down?.at).toBe('waiting_budget');
    // Of two hours.
    expect(Math.abs(one.state.latestAt - clock.now())).toBeLessThan(60_000);
  }
  expect(starts).toBe(2);
});

test('W2: set while we were away, in the same boot: the time that passed is known by the other clock', async () => {
  const store = createStore();
  const clock = clockOf('boot-1');
  await spent(begin(store, clock));
  await runner?.stop();
  clock.setMs += 7_200_000;
  const again = begin(store, clock);
  await looksMore(again, 150);
  expect(again.state.faults.down?.at).toBe('waiting_budget');
  expect(starts).toBe(2);
});

test('W2: after a reboot the wall clock is believed, but never that time went back', async () => {
  const store = createStore();
  await spent(begin(store, clockOf('boot-1')));
  await runner?.stop();
  const back = clockOf('boot-2');
  back.setMs = -7_200_000;
  const again = begin(store, back);
  await looksMore(again, 150);
  expect(starts).toBe(2);
  await again.stop();
  const later = clockOf('boot-3');
  later.setMs = 700_000;
  begin(store, later);
  await waitFor('the starts of another window', () => starts === 4);
});

test('what its watches see before it has started waits for the start', () => {
  const one = create(createStore(), clockOf('boot-1'));
  one.send({ type: 'process', event: 'exit' });
  expect(one.state.supervisor.exitedAt).toBeNull();
  one.start();
  expect(one.state.supervisor.exitedAt).not.toBeNull();
});

test('an action that another program keeps from beginning is not counted', async () => {
  const busy = begin(createStore(), clockOf('boot-1'), { world: { tryLock: () => null } });
  await waitFor('the lock to be asked for', () => busy.state.faults.down?.at === 'backoff');
  expect(busy.state.starts.restarts).toEqual([]);
  expect(starts).toBe(0);
});

test('what cannot be written is not begun, and is begun when there is room again', async () => {
  let full = true;
  const one = begin(createStore(), clockOf('boot-1'), { isFull: () => full });
  const from = performance.now();
  await waitFor('some tries', () => performance.now() - from > 1_200);
  expect(starts).toBe(0);
  full = false;
  await spent(one);
  expect(starts).toBe(2);
});

test('a lock that cannot be opened is an action that failed with its detail: it does not stay under repair until a restart', async () => {
  const tryLock = () => {
    throw new OpsError('STORE_UNAVAILABLE', 'app.act.lock cannot be locked');
  };
  const store = createStore();
  await spent(begin(store, clockOf('boot-1'), { world: { tryLock } }));
  const rows = store.db.prepare('SELECT outcome, detail FROM policy_attempt').all();
  const end = { outcome: 'failed', detail: 'app.act.lock cannot be locked' };
  expect([rows, starts]).toEqual([[end, end], 0]);
});

test('a look that breaks is one that found nothing: the probe is looked at again', async () => {
  let looks = 0;
  const look = async () => {
    looks += 1;
    throw new Error('out of memory');
  };
  const one = begin(createStore(), clockOf('boot-1'), { world: { look } });
  await waitFor('a look after it', () => looks > 2);
  expect(one.state.probes.unit?.seen).toMatchObject({ unknown: true });
  expect(one.state.faults.down?.at).toBe('unknown');
});

test('an action that ends while we are being stopped has ended: the next start goes on to its proof and begins it no second time', async () => {
  const store = createStore();
  const going = Promise.withResolvers<void>();
  const act: PolicyWorld['act'] = async () => {
    starts += 1;
    await going.promise;
    return { outcome: 'ok', exitCode: 0, durationMs: 7, detail: 'restarted' };
  };
  const first = begin(store, clockOf('boot-1'), { world: { act } });
  await waitFor('the action', () => starts === 1);
  const stopped = first.stop();
  going.resolve();
  await stopped;
  expect(first.state.faults.down?.at).toBe('repairing');
  let isUp = false;
  const look = async () => ({ passes: isUp, unknown: false, detail: '' });
  const again = begin(store, clockOf('boot-1'), { world: { look } });
  isUp = true;
  await waitFor('the proof', () => again.state.faults.down?.at === 'healthy');
  expect(starts).toBe(1);
  const [row] = store.db.prepare<[], { json: string }>('SELECT * FROM incidents').all();
  expect(JSON.stringify(row)).toContain('restarted');
});

test('V1: while a deploy is announced nothing is repaired; when it is over, what still fails is', async () => {
  let deploying = true;
  const store = createStore();
  runner = begin(store, clockOf('one'), { world: { isDeploying: () => deploying } });
  runner.start();
  await waitFor('it to be held', () => runner?.state.faults.down?.at === 'held', 30_000);
  expect(starts).toBe(0);
  deploying = false;
  await waitFor('the repair', () => starts > 0, 30_000);
  await runner.stop();
  store.close();
});
