import { describe, expect, test } from 'vitest';
import { onlyFaults, playedWorld, presetPolicy, Timeline } from '../timeline.ts';

const policy = presetPolicy('picoclaw', { env: { PICOCLAW_WATCHDOG_KICK_ENABLED: 'true' } });
const stopped = ['unit', 'health_port', 'webhook_port', 'health', 'ready', 'webhook'] as const;
const hour = 3_600;

describe('picoclaw: the gateway', () => {
  test('W7: a stop is over within two minutes, wherever in the cycle it falls', () => {
    for (const second of [0.5, 1, 30, 59.9]) {
      const played = playedWorld(({ good }) => ({ restart_gateway: () => good(...stopped) }));
      const line = new Timeline(policy, played.world).at(60 + second, () => played.bad(...stopped)).until(300);
      expect(line.startsOf('restart_gateway')).toHaveLength(1);
      const [recovered = Number.POSITIVE_INFINITY] = line.when('recovered', 'gateway_down');
      expect(recovered - 60 - second).toBeLessThan(120);
      expect(line.told.filter((one) => one.startsWith('critical'))).toEqual([]);
    }
  });

  test('W2: restarts begin at once, after 10 s and after 30 s, at most three in 10 minutes, and go on when the window slides', () => {
    const played = playedWorld();
    played.bad(...stopped);
    const line = new Timeline(onlyFaults(policy, 'gateway_down'), played.world).until(1_300);
    const starts = line.startsOf('restart_gateway');
    for (const at of starts) {
      const window = starts.filter((other) => other >= at && other < at + 600);
      expect(window.length).toBeLessThanOrEqual(3);
    }
    const delays = line.decisions.filter(({ reason }) => reason === 'backoff').map(({ detail }) => detail);
    expect(delays.slice(0, 2)).toEqual(['10000 ms, 1 of 3 used', '30000 ms, 2 of 3 used']);
    const [first = 0, second = 0, third = 0, fourth = 0] = starts;
    expect(first).toBeLessThan(1);
    const [backoff2 = 0, backoff3 = 0] = line.when('backoff');
    expect(second - backoff2).toBeCloseTo(10, 1);
    expect(third - backoff3).toBeCloseTo(30, 1);
    expect(fourth - first).toBeGreaterThanOrEqual(600);
    expect(line.told.filter((one) => one === 'critical restart_limit')).toHaveLength(1);
  });

  test('W2: two failures in a row take the last 200 lines of the journal, then restart; one alone does nothing', () => {
    const played = playedWorld(({ good }) => ({ restart_gateway: () => good('health') }));
    const line = new Timeline(policy, played.world).at(130, () => played.bad('health')).until(400);
    const taken = line.effects.find(({ effect }) => effect.do === 'evidence');
    expect(taken?.effect).toMatchObject({ fault: 'gateway_unready', items: ['journal', 'unit_state'] });
    expect(policy.evidence.journal).toMatchObject({ journal: { lines: 200, user: true } });
    const [restart = 0] = line.startsOf('restart_gateway');
    expect(restart).toBeGreaterThan(taken?.s ?? Number.POSITIVE_INFINITY);
    expect(line.startsOf('restart_gateway')).toHaveLength(1);
    expect(line.told).toEqual(['critical gateway_health_failing', 'clear gateway_health_failing']);

    const once = playedWorld();
    const quiet = new Timeline(policy, once.world)
      .at(119, () => once.bad('health'))
      .at(121, () => once.good('health'))
      .until(600);
    expect([quiet.runs, quiet.told]).toEqual([[], []]);
    expect(quiet.when('suspect', 'gateway_unready')).toHaveLength(1);
  });

  test('W1: a webhook that is wrong for one cycle is left alone, after two it is a fault', () => {
    const played = playedWorld(({ good }) => ({ restart_gateway: () => good('webhook') }));
    const line = new Timeline(policy, played.world)
      .at(59, () => played.bad('webhook'))
      .at(61, () => played.good('webhook'))
      .at(170, () => played.bad('webhook'))
      .until(400);
    const [restart = 0] = line.startsOf('restart_gateway');
    expect(restart).toBeGreaterThan(235);
    expect(line.startsOf('restart_gateway')).toHaveLength(1);
  });
});

describe('picoclaw: the model API', () => {
  const watched = () => {
    const played = playedWorld(({ good }) => ({ restart_gateway: () => good(...stopped) }));
    return { ...played, line: new Timeline(policy, played.world).at(30, () => played.bad('model')) };
  };

  test('W3: asked again after 10 s, then one restart of the gateway, then none and a notice', () => {
    const { line } = watched();
    line.until(hour);
    const actions = line.runs.map(({ action }) => action);
    expect(actions).toEqual(['wait_10s', 'check_ollama', 'restart_gateway']);
    expect(line.startsOf('check_ollama')[0]).toBeCloseTo((line.startsOf('wait_10s')[0] ?? 0) + 10, 0);
    expect(line.told).toEqual(['critical model_api_failing']);
  });

  test('W7: gone for an hour and back: one restart, one notice, one recovery', () => {
    const { line, good } = watched();
    line.at(hour, () => good('model')).until(hour + 200);
    expect(line.startsOf('restart_gateway')).toHaveLength(1);
    expect(line.told).toEqual(['critical model_api_failing', 'clear model_api_failing']);
  });

  test('W3: from the third failure on health is no cause of a restart either, but a gateway that stopped is started', () => {
    const { line, bad, good } = watched();
    line
      .at(800, () => bad('health'))
      .at(1_300, () => good('health'))
      .at(1_500, () => bad(...stopped))
      .until(1_700);
    expect(line.startsOf('restart_gateway').filter((s) => s > 200 && s < 1_500)).toEqual([]);
    expect(line.when('suppressed', 'gateway_unready')).not.toEqual([]);
    expect(line.startsOf('restart_gateway').filter((s) => s >= 1_500)).toHaveLength(1);
  });

  test('W3: the retry finds it back: no restart, and no notice that goes to LINE', () => {
    const { line, good } = watched();
    line.at(65, () => good('model')).until(600);
    expect([line.startsOf('restart_gateway'), line.told]).toEqual([[], ['info fault_repaired']]);
    expect(policy.alerts?.routes?.info).toEqual([]);
  });
});

describe('picoclaw: the tunnel', () => {
  const tunnel = (works: (tries: string[]) => boolean) => {
    const tries: string[] = [];
    const played = playedWorld(({ good }) => {
      const run = (action: string) => () => {
        tries.push(action);
        if (works(tries)) good('tunnel');
      };
      return { recover_funnel: run('recover_funnel'), reset_funnel: run('reset_funnel') };
    });
    const line = new Timeline(policy, played.world).at(90, () => played.bad('tunnel'));
    return { line, tries };
  };

  test('W4: switched on again', () => {
    const { line, tries } = tunnel(() => true);
    line.until(600);
    expect(tries).toEqual(['recover_funnel']);
    expect(line.when('recovered')[0]).toBeLessThan(90 + 120);
    expect(line.told.filter((one) => one.startsWith('critical'))).toEqual([]);
  });

  test('W4: else reset and switched on again, within two minutes (W7)', () => {
    const { line, tries } = tunnel((all) => all.join() === 'recover_funnel,reset_funnel,recover_funnel');
    line.until(600);
    expect(tries).toEqual(['recover_funnel', 'reset_funnel', 'recover_funnel']);
    expect(line.when('recovered')[0]).toBeLessThan(90 + 120);
  });

  test('W4: else people are told, and it is tried on', () => {
    const { line, tries } = tunnel(() => false);
    line.until(900);
    expect(line.told).toEqual(['critical tunnel_recovery_failed']);
    expect(tries.slice(0, 3)).toEqual(['recover_funnel', 'reset_funnel', 'recover_funnel']);
    expect(tries.length).toBeGreaterThan(3);
  });
});

test('W5: each of the five keys is told at once, and within 15 minutes not again though it comes back', () => {
  const played = playedWorld();
  const line = new Timeline(policy, played.world);
  for (const start of [60, 400]) {
    line.at(start, () => played.bad('tunnel')).at(start + 200, () => played.good('tunnel'));
  }
  line.until(700);
  const raises = line.tells.filter(({ kind, alertType }) => kind === 'raise' && alertType === 'tunnel_recovery_failed');
  expect(raises.map(({ level }) => level)).toEqual(['critical']);
  expect(raises[0]?.s).toBeLessThan(60 + 100);
  expect(line.when('cooldown', 'tunnel_down')).not.toEqual([]);
});

describe('picoclaw: kicks', () => {
  const answers = (line: Timeline) =>
    line.effects.flatMap(({ effect }) => (effect.do === 'kick_answer' ? [effect.result] : []));
  const kick = (action: string, id: string) => ({ type: 'kick' as const, id, action, source: 'line:U12ab' });

  test('W6: what is allowed is run with its source and counts in the budget; nothing else is', () => {
    const played = playedWorld();
    const line = new Timeline(policy, played.world);
    line.at(10, () => line.send(kick('restart_gateway', 'k1')));
    line.at(20, () => line.send(kick('reset_funnel', 'k2')));
    line.at(21, () => line.send(kick('rm', 'k3')));
    line.until(120);
    expect(line.runs).toMatchObject([{ action: 'restart_gateway', source: 'line:U12ab' }]);
    expect(answers(line)).toEqual(['accepted', 'done', 'not_allowed', 'not_allowed']);
    expect(line.state.starts.gateway).toHaveLength(1);
  });

  test('W6: there is one slot, and the fourth restart in 10 minutes is refused', () => {
    const played = playedWorld();
    const line = new Timeline(policy, played.world);
    line.at(10, () => line.send(kick('restart_gateway', 'a')));
    line.at(11, () => line.send(kick('restart_gateway', 'b')));
    for (const [index, second] of [30, 60, 90].entries())
      line.at(second, () => line.send(kick('restart_gateway', `c${index}`)));
    line.until(200);
    expect(line.startsOf('restart_gateway')).toHaveLength(3);
    expect(answers(line)).toEqual([
      'accepted',
      'busy',
      'done',
      'accepted',
      'done',
      'accepted',
      'done',
      'accepted',
      'budget',
    ]);
  });
});

describe('picoclaw: a day', () => {
  const day = 24 * hour;

  test('W7: 24 quiet hours: every probe is looked at each minute, nothing is done, the state does not grow', () => {
    const line = new Timeline(policy, playedWorld().world).until(hour);
    const size = JSON.stringify(line.state).length;
    line.until(day);
    for (const probe of Object.keys(policy.probes)) {
      expect(line.looksAt(probe)).toBeGreaterThanOrEqual(1_439);
      expect(line.looksAt(probe)).toBeLessThanOrEqual(1_442);
    }
    expect([line.runs, line.told]).toEqual([[], []]);
    expect(JSON.stringify(line.state).length).toBeLessThan(size * 1.1);
  });

  test('W7: 24 hours with a fault each 10 minutes: each is mended, the budget holds, the watchdog still looks', () => {
    const played = playedWorld(({ good }) => ({
      restart_gateway: () => good(...stopped),
      recover_funnel: () => good('tunnel'),
    }));
    const line = new Timeline(policy, played.world);
    const kinds = [() => played.bad(...stopped), () => played.bad('tunnel'), () => played.bad('health')];
    for (let second = 600, n = 0; second < day - 300; second += 600, n += 1)
      line.at(second + (n % 7) * 8, kinds[n % 3] ?? (() => undefined));
    line.until(day);
    const starts = line.startsOf('restart_gateway');
    expect(starts.length).toBeGreaterThan(90);
    for (const at of starts) expect(starts.filter((other) => other >= at && other < at + 600).length).toBeLessThan(4);
    expect(line.when('recovered').length + line.when('supervisor_recovered').length).toBeGreaterThanOrEqual(143);
    expect(line.looksAt('model')).toBeGreaterThanOrEqual(1_439);
    expect(JSON.stringify(line.state).length).toBeLessThan(20_000);
  });
});

test('W7: what was seen before a restart is no reason for another one, however quick the looks are', () => {
  const own = `services:
  picoclaw:
    probeDefaults: {every: 1s, startPeriod: 0s}
    probes: {health: {recheck: {every: 200ms}}, ready: {recheck: {every: 200ms}}}
    budgets: {gateway: {max: 20, backoff: [0s]}}
`;
  const quick = presetPolicy('picoclaw', { own });
  for (let phase = 0; phase < 1; phase += 0.04) {
    const played = playedWorld(({ good }) => ({ restart_gateway: () => good(...stopped) }));
    const world = { ...played.world, takes: { restart_gateway: 0.9 } };
    const line = new Timeline(quick, world).at(60 + phase, () => played.bad(...stopped)).until(90);
    expect([phase, line.runs.length]).toEqual([phase, 1]);
  }
});
