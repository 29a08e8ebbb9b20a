import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginRun, type Effect, type RunEvent, type RunPolicy, type RunState, type Wish, wakeAt } from './run-state.ts';
import { runFacts } from './run-status.ts';
import { stepRun } from './step-run.ts';

const policy: RunPolicy = { restartLimit: 3, minUptimeMs: 5_000, killTimeoutMs: 2_000, memoryLimitMb: 100 };

type Action =
  | { do: 'ask'; kind: Wish['do'] }
  | { do: 'wait'; ms: number }
  | { do: 'crash'; leaves: number }
  /** What was asked to end does so; a leftover too. */
  | { do: 'obey'; leaves: number }
  | { do: 'clean' }
  | { do: 'fatten' }
  | { do: 'terminate' };

/** A machine with one app on it that does what the effects say, and is as unwilling as the actions make it. */
class World {
  state: RunState;
  now = 0;
  process: number | null = null;
  leftovers = 0;
  isAsked: boolean = false;
  isClearing: boolean = true;
  isOver: boolean = false;
  launches = 0;
  readonly open = new Map<number, { kind: Wish['do']; launches: number }>();
  readonly answered = new Set<number>();
  lastWish: Wish['do'] = 'start';
  canSpawn: boolean = true;
  isSpawning: boolean = false;
  #ids = 0;

  constructor() {
    const { state } = beginRun(policy, 0);
    this.state = state;
    this.look();
    this.hatch();
  }

  send(event: RunEvent): void {
    if (this.isOver) return;
    const { state, effects } = stepRun(this.state, event, policy, this.now);
    this.state = state;
    this.isClearing = state.phase.at === 'clearing';
    for (const effect of effects) this.obey(effect);
    expect(state.unstable).toBeLessThanOrEqual(policy.restartLimit);
    this.look();
  }

  /** The system answers to a launch, well or badly. */
  hatch(): void {
    if (!this.isSpawning) return;
    this.isSpawning = false;
    if (!this.canSpawn) {
      this.send({ type: 'spawn-failed', message: 'EAGAIN' });
      return;
    }
    this.process = this.launches;
    this.isAsked = false;
    this.send({
      type: 'spawned',
      app: { pid: this.launches + 1, startTicks: this.now, startedAt: 0, sinceMs: this.now },
    });
  }

  /** The search for leftovers, which tells as soon as there are none. */
  look(): void {
    if (this.isClearing && this.leftovers === 0) this.send({ type: 'cleared' });
  }

  obey(effect: Effect): void {
    switch (effect.do) {
      case 'launch':
        expect(this.process).toBeNull();
        expect([this.leftovers, this.isSpawning]).toEqual([0, false]);
        this.launches += 1;
        this.isSpawning = true;
        return;
      case 'end':
        expect(this.process).not.toBeNull();
        this.isAsked = true;
        return;
      case 'kill':
        this.leftovers = 0;
        this.killNext = this.process !== null;
        return;
      case 'reply':
        this.close(effect.to, true);
        return;
      case 'refuse':
        this.close(effect.to, false);
        return;
      case 'leave':
        expect(this.process).toBeNull();
        this.isOver = true;
        return;
      default:
    }
  }

  killNext: boolean = false;

  close(id: number, fulfilled: boolean): void {
    const wish = this.open.get(id);
    expect(wish).toBeDefined();
    this.open.delete(id);
    this.answered.add(id);
    if (!wish || !fulfilled) return;
    if (wish.kind === 'stop') {
      expect([this.process, this.leftovers]).toEqual([null, 0]);
      return;
    }
    expect(this.process).not.toBeNull();
    if (wish.kind === 'restart') expect(this.process).toBeGreaterThan(wish.launches);
  }

  exit(code: number | null, signal: string | null, leaves: number): void {
    if (this.process === null) return;
    this.process = null;
    this.killNext = false;
    this.leftovers = leaves;
    this.send({ type: 'exited', code, signal, at: 0 });
  }

  act(action: Action): void {
    // Wishes may come while a process is starting; all else happens to one that has.
    if (action.do !== 'ask' && action.do !== 'terminate') this.hatch();
    switch (action.do) {
      case 'ask': {
        if (this.isOver) return;
        this.#ids += 1;
        this.open.set(this.#ids, { kind: action.kind, launches: this.launches });
        this.lastWish = action.kind;
        this.send({ type: 'ask', id: this.#ids, do: action.kind });
        break;
      }
      case 'wait':
        this.pass(action.ms);
        break;
      case 'crash':
        this.exit(1, null, action.leaves);
        break;
      case 'obey':
        if (this.isAsked) this.exit(0, null, action.leaves);
        break;
      case 'clean':
        this.leftovers = 0;
        this.look();
        break;
      case 'fatten':
        this.send({ type: 'memory', mb: 101 });
        break;
      case 'terminate':
        this.send({ type: 'terminate' });
        break;
      default:
        action satisfies never;
    }
    if (this.killNext) this.exit(null, 'SIGKILL', 0);
  }

  /** Time passes; each timer goes off when it is due. */
  pass(ms: number): void {
    const end = this.now + ms;
    this.hatch();
    for (let due = wakeAt(this.state); due !== null && due <= end; due = wakeAt(this.state)) {
      this.now = Math.max(this.now, due);
      this.send({ type: 'time', due });
      this.hatch();
      if (this.killNext) this.exit(null, 'SIGKILL', 0);
    }
    this.hatch();
    this.now = end;
  }
}

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant('ask' as const),
    kind: fc.constantFrom('stop' as const, 'start' as const, 'restart' as const),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 7_000 }) }),
  fc.record({ do: fc.constant('crash' as const), leaves: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ do: fc.constant('obey' as const), leaves: fc.integer({ min: 0, max: 1 }) }),
  fc.constant({ do: 'clean' as const }),
  fc.constant({ do: 'fatten' as const }),
);

test('whatever comes: one process at a time, nothing beside leftovers, every wish answered once and truly, the last one wins', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), fc.boolean(), (actions, ends) => {
      const world = new World();
      for (const one of actions) world.act(one);
      if (ends) world.act({ do: 'terminate' });
      // Long enough for every stage; the app stays as it is.
      world.pass(20_000);
      expect([...world.open.keys()]).toEqual([]);
      const { state } = runFacts(world.state, policy, world.now);
      if (ends) {
        expect(world.isOver).toBe(true);
        return;
      }
      expect(world.isOver).toBe(false);
      expect(world.lastWish === 'stop' ? ['stopped'] : ['online', 'errored']).toContain(state);
      expect(state === 'online').toBe(world.process !== null);
      // Given up only with the budget used up, and a start always helps.
      if (state === 'errored') expect(world.state.unstable).toBe(policy.restartLimit);
      world.act({ do: 'ask', kind: 'start' });
      world.pass(10_000);
      expect(runFacts(world.state, policy, world.now)).toMatchObject({ state: 'online', gaveUp: false });
    }),
    { numRuns: 500 },
  );
});

test('a command that can be executed only sometimes: still every wish is answered, and never two processes', () => {
  const either = fc.record({ action, canSpawn: fc.boolean() });
  fc.assert(
    fc.property(fc.array(either, { maxLength: 40 }), (list) => {
      const world = new World();
      for (const { action: one, canSpawn } of list) {
        world.canSpawn = canSpawn;
        world.act(one);
      }
      world.canSpawn = true;
      world.pass(30_000);
      expect([...world.open.keys()]).toEqual([]);
      expect(world.isOver).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('an event that does not fit changes nothing', () => {
  const stray: RunEvent[] = [
    { type: 'cleared' },
    { type: 'spawned', app: { pid: 9, startTicks: 9, startedAt: 0, sinceMs: 0 } },
    { type: 'spawn-failed', message: 'x' },
    { type: 'time', due: Number.MAX_SAFE_INTEGER },
  ];
  const world = new World();
  expect(world.state.phase.at).toBe('online');
  for (const event of stray)
    expect(stepRun(world.state, event, policy, 5)).toEqual({ state: world.state, effects: [] });
});
