import { expect, test } from 'vitest';
import { play, policyFrom } from '../../../test/play-policy.ts';
import { simulatePolicy } from './simulate.ts';

const text = (more = '') => `
supervisor: {kind: none}
probes:
  process: {type: supervisor, every: 5s}
  page: {type: http, url: "http://127.0.0.1:1/", every: 5s, fall: 3, rise: 2}
  viewers: {type: websocket, url: "ws://127.0.0.1:1/"}
actions: {restart: {kind: exec, argv: [restart]}}
faults:
  down:
    anyOf: [process]
    firstResponder: {owner: supervisor, grace: 20s}
    ladder:
      - on: fault
        do: [restart]
        notify: critical
        verify: {probes: [process], within: 10s}
        milestones: [{name: viewers_back, probes: [viewers], within: 30s}]
      - {on: prev_unverified, notify: critical, halt: true}
  slow: {anyOf: [page], severity: warning, cooldown: 10m, ladder: [{on: fault, notify: warning}]}
budgets: {restarts: {counts: [restart], max: 2, window: 10m, onExhausted: {mode: halt, notify: critical}}}
kick: {token: {env: KICK}, allow: [restart]}
${more}`;
const policy = policyFrom(text());

const failing = (from: number, to: number, ...probes: string[]) => ({
  failing: (at: number) => (at >= from * 1_000 && at < to * 1_000 ? probes : []),
});
const at = (second: number) => second * 1_000;

test('the supervisor has its grace: back within it nothing is done, nothing is told', () => {
  const { words, lines } = play(policy, failing(10, 22, 'process'), 120);
  expect(words).toEqual([]);
  expect(lines.map(({ what }) => what)).toContain('supervisor_recovered');
});

test('the grace ends at once when the supervisor gives up', () => {
  const gaveUp = [{ at: at(12), event: { type: 'process', event: 'gave_up' } as const }];
  const waits = play(policy, failing(10, 999, 'process'), 60);
  expect(waits.words[0]).toBe('30 raise fault_down');
  const { words } = play(policy, failing(10, 999, 'process'), 60, gaveUp);
  expect(words.slice(0, 2)).toEqual(['12 raise fault_down', '12 act restart']);
});

test('announced work: nothing is done or told until it ends; what stands then is judged anew', () => {
  const maintenance = [{ at: 0, event: { type: 'maintenance', until: at(100) } as const }];
  expect(play(policy, failing(10, 90, 'process', 'page'), 300, maintenance).words).toEqual([]);
  const { words } = play(policy, failing(10, 999, 'process'), 105, maintenance);
  expect(words).toEqual(['100 raise fault_down', '100 act restart']);
});

test('a dependency that has a fault: people hear of the root alone, and we repair when it is well and we are not', () => {
  const dependency = [
    { at: at(5), event: { type: 'dependencies', faulty: ['database'] } as const },
    { at: at(100), event: { type: 'dependencies', faulty: [] } as const },
  ];
  expect(play(policy, failing(10, 80, 'process', 'page'), 300, dependency).words).toEqual([]);
  const { words, lines } = play(policy, failing(10, 999, 'process'), 105, dependency);
  expect(words).toEqual(['100 raise fault_down', '100 act restart']);
  expect(lines.map(({ what }) => what)).toContain('blocked');
});

test('observe: says what it would do, once', () => {
  const observed = { ...policy, mode: 'observe' as const };
  expect(play(observed, failing(10, 200, 'process'), 400).words).toEqual([
    ...['30 raise fault_down', '30 would restart'],
    '200 clear fault_down',
  ]);
});

test('what comes back by itself after a repair that did not help is told as recovered when it has lasted', () => {
  const { words, state } = play(policy, failing(10, 200, 'process'), 400);
  expect(words).toEqual(['30 raise fault_down', '30 act restart', '205 clear fault_down']);
  expect(state.faults.down?.at).toBe('healthy');
});

test('W5: a cooldown keeps a notice back, and owes it to a fault that still stands at its end', () => {
  const again = {
    failing: (now: number) => (now < at(60) || (now >= at(120) && now < at(1_000)) ? ['page'] : []),
  };
  expect(play(policy, again, 1_200).words).toEqual([
    ...['10 raise fault_slow', '65 clear fault_slow'],
    // Found at 130 s, told when 10 minutes have passed since the notice before.
    ...['610 raise fault_slow', '1005 clear fault_slow'],
  ]);
});

test('while a built-in alert is told, a critical is not told twice; if only ours is left, it is told after all', () => {
  const elsewhere = [
    { at: at(5), event: { type: 'told_elsewhere', is: 'open' } as const },
    { at: at(100), event: { type: 'told_elsewhere', is: 'none' } as const },
  ];
  const short = play(policy, failing(10, 110, 'process'), 300, elsewhere);
  expect(short.words.filter((word) => !word.includes('act'))).toEqual([]);
  const long = play(policy, failing(10, 200, 'process'), 300, elsewhere);
  expect(long.words.filter((word) => !word.includes('act'))).toEqual(['130 raise fault_down', '205 clear fault_down']);
});

test('a repair that ends what a built-in watch was about to tell is told by us, once', () => {
  const short = (is: 'coming' | 'open') => {
    const elsewhere = [
      { at: at(5), event: { type: 'told_elsewhere', is } as const },
      { at: at(32), event: { type: 'told_elsewhere', is: 'none' } as const },
    ];
    return play(policy, failing(10, 35, 'process'), 300, elsewhere).words.filter((word) => !word.includes('act'));
  };
  expect(short('coming')).toEqual(['35 info fault_repaired']);
  expect(short('open')).toEqual([]);
});

test('another version lifts every halt: what fails still is judged anew', () => {
  const deploy = (second: number, is: boolean) => ({ at: at(second), event: { type: 'deploying', is } as const });
  const { words } = play(policy, failing(10, 999, 'process'), 200, [deploy(100, true), deploy(120, false)]);
  expect(words.filter((word) => word.endsWith('act restart'))).toEqual(['30 act restart', '120 act restart']);
});

test('W6: a kick runs once it is its turn, counts in the budget, and lifts a halt; a second one is refused meanwhile', () => {
  const kick = (second: number, id: string, action = 'restart') => ({
    at: at(second),
    event: { type: 'kick', id, action, source: 'cli' } as const,
  });
  const { words, effects, state } = play(policy, failing(10, 999, 'process'), 300, [
    ...[kick(35, 'a'), kick(36, 'b'), kick(37, 'c', 'format_disk'), kick(100, 'd')],
  ]);
  const answers = effects.flatMap(({ effect }) =>
    effect.do === 'kick_answer' ? [`${effect.id} ${effect.result}`] : [],
  );
  expect(answers).toEqual(['a accepted', 'b busy', 'c not_allowed', 'a done', 'd accepted', 'd budget']);
  // The ladder's own start at 30 s, and the kick when its proof had failed.
  expect(words.filter((word) => word.includes('act'))).toEqual(['30 act restart', '40 act restart']);
  expect(state.faults.down?.at).toBe('halted');
});

test('an acknowledged incident of a built-in watch lifts every halt; one of a fault lifts its own alone', () => {
  const ackOf = (fault: string | null) => [{ at: at(100), event: { type: 'ack', fault } as const }];
  const laterActs = (fault: string | null) =>
    play(policy, failing(10, 999, 'process'), 130, ackOf(fault)).words.filter((word) => word.endsWith('act restart'));
  expect(laterActs('process_down')).toEqual(['30 act restart', '100 act restart']);
  expect(laterActs('down')).toEqual(['30 act restart', '100 act restart']);
  expect(laterActs('slow')).toEqual(['30 act restart']);
});

test('S3: the phases of a recovery end when their probes pass; a late one is told and taken back', () => {
  let acted = false;
  const world = (viewersBackS: number) => ({
    failing: (now: number) => {
      const viewers = acted && now < at(viewersBackS) ? ['viewers'] : [];
      return now >= at(10) && !acted ? ['process', 'viewers'] : viewers;
    },
    act: () => {
      acted = true;
      return true;
    },
  });
  const inTime = play(policy, world(40), 120);
  expect(inTime.words).toEqual(['30 raise fault_down', '30 act restart', '30 clear fault_down']);
  const phases = inTime.effects.flatMap(({ effect }) =>
    effect.do === 'phase' && effect.endedAt !== null ? [effect] : [],
  );
  expect(phases).toEqual([expect.objectContaining({ name: 'viewers_back', late: false })]);
  acted = false;
  expect(play(policy, world(90), 150).words.slice(3)).toEqual(['60 raise phase_late', '90 clear phase_late']);
});

test('an exit gives the supervisor its time: what does not answer meanwhile is no hang, what still does not later is', () => {
  const exit = [{ at: at(9), event: { type: 'process', event: 'exit' } as const }];
  expect(play(policy, failing(9, 19, 'page'), 120, exit).words).toEqual([]);
  expect(play(policy, failing(9, 999, 'page'), 120, exit).words).toEqual(['30 raise fault_slow']);
});

test('an answer to what was asked before the exit does not end the time that the supervisor has', () => {
  let asked = 0;
  const look = (probe: string, now: number) => {
    // One look begins at 8 s, before the exit, and is answered at 11 s by the process that was ending.
    const isSlow = probe === 'page' && now >= at(8) && now < at(9);
    asked += isSlow ? 1 : 0;
    const passes = probe !== 'page' || now < at(9);
    return { passes, unknown: false, detail: '', tookMs: isSlow ? at(3) : 0 };
  };
  const one = policyFrom(text().replaceAll('every: 5s', 'every: 2s'));
  const exit = [{ at: at(9), event: { type: 'process', event: 'exit' } as const }];
  const untilMs = at(9) + (one.grace ?? 0) - 1;
  const { effects } = simulatePolicy({
    policy: one,
    world: { look, act: () => ({ ok: true, tookMs: 0 }) },
    untilMs,
    events: exit,
  });
  expect([one.grace, asked]).toEqual([at(10), 1]);
  expect(effects.filter(({ effect }) => effect.do === 'tell')).toEqual([]);
});
