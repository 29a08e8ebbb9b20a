import { expect, test } from 'vitest';
import { beginRun, type Effect, type RunEvent, type RunPolicy, type RunState, wakeAt } from './run-state.ts';
import { runFacts } from './run-status.ts';
import { stepRun } from './step-run.ts';

const policy: RunPolicy = { restartLimit: 3, minUptimeMs: 60_000, killTimeoutMs: 8_000, memoryLimitMb: 512 };

/** Plays events, each at its second, on a parent that has just begun; `said` = what it did, in short. */
function play(...events: readonly (readonly [atS: number, RunEvent])[]) {
  let { state } = beginRun(policy, 0);
  let now = 0;
  const effects: Effect[] = [];
  for (const [atS, event] of events) {
    now = atS * 1_000;
    const step = stepRun(state, event, policy, now);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, now, effects, said: effects.flatMap(short), facts: runFacts(state, policy, now) };
}

function short(effect: Effect): string[] {
  switch (effect.do) {
    case 'tell':
      return [];
    case 'reply':
      return [`reply ${effect.to}`];
    case 'refuse':
      return [`refuse ${effect.to} ${typeof effect.why === 'string' ? effect.why : 'not started'}`];
    case 'push':
      return [`push ${effect.event}`];
    case 'leave':
      return [`leave ${effect.code}`];
    case 'clear':
      return [`clear ${effect.stage}`];
    default:
      return [effect.do];
  }
}

let pids = 100;
const cleared: RunEvent = { type: 'cleared' };
const terminate: RunEvent = { type: 'terminate' };
const ask = (id: number, kind: 'stop' | 'start' | 'restart'): RunEvent => ({ type: 'ask', id, do: kind });
const killed: RunEvent = { type: 'exited', code: null, signal: 'SIGKILL', at: 0 };
const crashed: RunEvent = { type: 'exited', code: 3, signal: null, at: 0 };
const wake = (state: RunState): RunEvent => ({ type: 'time', due: wakeAt(state) ?? 0 });

function spawned(atS: number): RunEvent {
  pids += 1;
  return { type: 'spawned', app: { pid: pids, startTicks: pids, startedAt: 0, sinceMs: atS * 1_000 } };
}

const up = [
  [0, cleared],
  [0, spawned(0)],
] as const;

test('a killed app is started again at once, with nothing of the last one left', () => {
  const { said, facts } = play(...up, [100, killed], [100, cleared], [100, spawned(100)]);
  expect(said).toEqual(['launch', 'push online', 'clear term', 'push exit', 'launch', 'push online']);
  expect(facts).toMatchObject({ state: 'online', restarts: 1, unstableRestarts: 0, lastExit: { reason: 'killed' } });
});

test('first at once, then 100 ms and half as much again each time, then given up', () => {
  let { state } = beginRun(policy, 0);
  let now = 0;
  const waits: number[] = [];
  const take = (event: RunEvent) => {
    const step = stepRun(state, event, policy, now);
    state = step.state;
    return step.effects.flatMap(short);
  };
  take(cleared);
  for (let life = 0; life < 4; life++) {
    take(spawned(now / 1_000));
    now += 1_000;
    const said = take(crashed);
    expect(said.includes('push gave-up')).toBe(life === 3);
    take(cleared);
    const due = wakeAt(state);
    waits.push(due === null ? 0 : due - now);
    if (due !== null) {
      now = due;
      take({ type: 'time', due });
    }
  }
  expect(waits).toEqual([0, 100, 150, 0]);
  expect(runFacts(state, policy, now)).toMatchObject({
    state: 'errored',
    gaveUp: true,
    unstableRestarts: 3,
    restarts: 3,
  });
  // Given up is not the end: a start brings a fresh budget.
  expect(take(ask(1, 'start'))).toEqual(['launch']);
  expect(take(spawned(now / 1_000))).toEqual(['push online', 'reply 1']);
  expect(runFacts(state, policy, now)).toMatchObject({ gaveUp: false, unstableRestarts: 0 });
});

test('an app that has stayed up long enough has its budget back, and shows it', () => {
  const twice = play(...up, [1, crashed], [1, cleared], [1, spawned(1)]);
  expect(twice.facts.unstableRestarts).toBe(1);
  expect(runFacts(twice.state, policy, 60_999).unstableRestarts).toBe(1);
  expect(runFacts(twice.state, policy, 61_000).unstableRestarts).toBe(0);
  const { state } = stepRun(twice.state, crashed, policy, 61_000);
  expect(runFacts(state, policy, 61_000).unstableRestarts).toBe(0);
});

test('a stop is answered when nothing is left, not when the first process is gone', () => {
  const { said, facts } = play(...up, [5, ask(1, 'stop')], [6, { type: 'exited', code: 0, signal: null, at: 0 }]);
  expect(said.slice(2)).toEqual(['end', 'clear term', 'push exit']);
  expect(facts).toMatchObject({ state: 'waiting-restart', pid: null, lastExit: { reason: 'asked' } });
  const done = play(...up, [5, ask(1, 'stop')], [6, crashed], [7, cleared]);
  expect(done.said.at(-1)).toBe('reply 1');
  expect(done.facts).toMatchObject({ state: 'stopped', unstableRestarts: 0 });
  expect(wakeAt(done.state)).toBeNull();
});

test('what does not end in time is killed, and the time goes on for what it left', () => {
  const asked = play(...up, [5, ask(1, 'stop')]);
  expect(wakeAt(asked.state)).toBe(13_000);
  const late = stepRun(asked.state, wake(asked.state), policy, 13_000);
  expect(late.effects.flatMap(short)).toEqual(['kill']);
  const gone = stepRun(late.state, killed, policy, 13_010);
  expect(gone.effects.flatMap(short)).toEqual(['clear kill', 'push exit']);
  expect(gone.state.lastExit?.reason).toBe('asked');
});

test('the last wish wins: each is answered, the ones in vain with the reason', () => {
  const { said, facts } = play(
    ...up,
    [5, ask(1, 'stop')],
    [5, ask(2, 'start')],
    [5, ask(3, 'stop')],
    [5, ask(4, 'restart')],
    [6, crashed],
    [6, cleared],
    [6, spawned(6)],
  );
  // Both stops are reached on the way; the start was overtaken by a stop before it could begin.
  expect(said.slice(2)).toEqual([
    'end',
    'refuse 2 superseded',
    ...['clear term', 'push exit', 'reply 1', 'reply 3', 'launch', 'push online', 'reply 4'],
  ]);
  expect(facts).toMatchObject({ state: 'online', restarts: 1 });
});

test('two restarts at once are one new process; one that comes while it starts is another', () => {
  const once = play(...up, [5, ask(1, 'restart')], [5, ask(2, 'restart')], [6, crashed], [6, cleared], [6, spawned(6)]);
  expect(once.said.slice(-3)).toEqual(['push online', 'reply 1', 'reply 2']);
  const twice = play(
    ...up,
    [5, ask(1, 'restart')],
    [6, crashed],
    [6, cleared],
    [6, ask(2, 'restart')],
    [6, spawned(6)],
    [7, crashed],
    [7, cleared],
    [7, spawned(7)],
  );
  expect(twice.said.slice(5)).toEqual([
    ...['launch', 'push online', 'reply 1', 'end'],
    ...['clear term', 'push exit', 'launch', 'push online', 'reply 2'],
  ]);
});

test('a stop while it starts: the start is answered, then the stop', () => {
  const { said } = play(
    [0, cleared],
    [0, ask(1, 'start')],
    [0, ask(2, 'stop')],
    [0, spawned(0)],
    [1, crashed],
    [1, cleared],
  );
  expect(said).toEqual(['launch', 'push online', 'reply 1', 'end', 'clear term', 'push exit', 'reply 2']);
});

test('a start after a stop, both while it starts: it just goes on', () => {
  const { said } = play([0, cleared], [0, ask(1, 'stop')], [0, ask(2, 'start')], [0, spawned(0)]);
  expect(said).toEqual(['launch', 'refuse 1 superseded', 'push online', 'reply 2']);
});

test('stop and start of what is there already are answered at once', () => {
  expect(play(...up, [5, ask(1, 'start')]).said.slice(2)).toEqual(['reply 1']);
  expect(play(...up, [5, ask(1, 'stop')], [6, crashed], [6, cleared], [7, ask(2, 'stop')]).said.at(-1)).toBe('reply 2');
});

test('a start does not wait for the backoff, and an exit that was asked for counts for nothing', () => {
  const waiting = play(...up, [1, crashed], [1, cleared], [1, spawned(1)], [2, crashed], [2, cleared]);
  expect(waiting.facts).toMatchObject({ state: 'waiting-restart', unstableRestarts: 2 });
  const started = stepRun(waiting.state, ask(1, 'start'), policy, 2_010);
  expect(started.effects.flatMap(short)).toEqual(['launch']);
  expect(started.state.unstable).toBe(0);
});

test('more memory than the limit: a restart of its own reason, which counts when it comes early', () => {
  const fat: RunEvent = { type: 'memory', mb: 513 };
  const { said, facts } = play(...up, [5, { type: 'memory', mb: 512 }], [6, fat], [7, crashed]);
  expect(said.slice(2)).toEqual(['end', 'clear term', 'push exit']);
  expect(facts).toMatchObject({ lastExit: { reason: 'memory-limit' }, unstableRestarts: 1 });
  expect(play(...up, [90, fat], [91, crashed]).facts.unstableRestarts).toBe(0);
});

test('the end of the parent: the app first, waiting starts are told, later wishes refused', () => {
  const { said } = play(
    ...up,
    [5, ask(1, 'restart')],
    [5, terminate],
    [5, ask(2, 'start')],
    [6, crashed],
    [6, cleared],
  );
  expect(said.slice(2)).toEqual(['end', 'refuse 1 leaving', 'refuse 2 leaving', 'clear term', 'push exit', 'leave 0']);
  expect(play(...up, [5, terminate], [5.1, terminate]).said.slice(2)).toEqual(['end', 'kill']);
});

test('a process that outlives SIGKILL: nobody waits for ever, and nothing is started beside it', () => {
  let { state } = play(...up, [5, ask(1, 'stop')]);
  const take = (event: RunEvent, now: number) => {
    const step = stepRun(state, event, policy, now);
    state = step.state;
    return step.effects.flatMap(short);
  };
  expect(take(wake(state), 13_000)).toEqual(['kill']);
  expect(take(wake(state), 14_500)).toEqual(['refuse 1 stuck']);
  expect(take(ask(2, 'start'), 15_000)).toEqual(['refuse 2 stuck']);
  expect(wakeAt(state)).toBeNull();
  const before = state;
  expect(take(terminate, 16_000)).toEqual(['leave 1']);
  state = before;
  expect(take(killed, 20_000)).toEqual(['clear kill', 'push exit']);
  expect(take(cleared, 20_000)).toEqual([]);
  expect(state.phase.at).toBe('stopped');
});

test('a leftover that outlives SIGKILL does not keep the app down', () => {
  let { state } = play(...up, [5, crashed]);
  const effects: string[] = [];
  for (const now of [7_000, 8_500]) {
    const step = stepRun(state, wake(state), policy, now);
    state = step.state;
    effects.push(...step.effects.flatMap(short));
  }
  expect(effects).toEqual(['kill', 'launch']);
});

test('a command that cannot be executed ends the parent at the first start and counts like an exit later', () => {
  const failed: RunEvent = { type: 'spawn-failed', message: 'ENOENT' };
  expect(play([0, cleared], [0, ask(1, 'start')], [0, failed]).said).toEqual([
    'launch',
    'refuse 1 not started',
    'leave 1',
  ]);
  const later = play(...up, [5, ask(1, 'restart')], [6, crashed], [6, cleared], [6, failed]);
  expect(later.said.slice(-3)).toEqual(['launch', 'refuse 1 not started', 'launch']);
  expect(later.facts.unstableRestarts).toBe(1);
});

test('a clock that is put back does not make a wait longer', () => {
  const waiting = play(...up, [1, crashed], [1, cleared], [1, spawned(1)], [2, crashed], [2, cleared]);
  const step = stepRun(waiting.state, wake(waiting.state), policy, -3_600_000);
  expect(step.effects.flatMap(short)).toEqual(['launch']);
});

test('what the system clock says decides nothing: a crash after a step of it counts, and is shown at its time', () => {
  const day = 86_400_000;
  const app = { pid: 7, startTicks: 7, startedAt: 0, sinceMs: 0 };
  const later: RunEvent = { type: 'exited', code: 3, signal: null, at: day };
  const { facts } = play([0, cleared], [0, { type: 'spawned', app }], [1, later]);
  expect(facts).toMatchObject({ unstableRestarts: 1, lastExit: { at: day } });
  const before: RunEvent = { type: 'exited', code: 3, signal: null, at: -day };
  expect(play([0, cleared], [0, { type: 'spawned', app }], [60, before]).facts.unstableRestarts).toBe(0);
});
