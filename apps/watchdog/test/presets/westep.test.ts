import { describe, expect, test } from 'vitest';
import { playedWorld, presetPolicy, Timeline } from '../timeline.ts';

const policy = presetPolicy('westep');
const hour = 3_600;

test.each([
  ['database', 'restore_connection', 'critical'],
  ['pool', 'restore_connection_pool', 'critical'],
  ['tables', 'fix_permissions', null],
  ['auth', 'repair_auth', null],
  ['integrity', 'fix_data_integrity', 'warning'],
  ['response_time', 'optimize_performance', 'warning'],
])('P3: %s is answered by %s', (probe, repair, level) => {
  const played = playedWorld(({ good }) => ({ [repair]: () => good(probe) }));
  const line = new Timeline(policy, played.world).at(400, () => played.bad(probe)).until(2 * hour);
  expect(line.runs.map(({ action }) => action)).toEqual([repair]);
  expect(line.when('recovered')).toHaveLength(1);
  expect(line.tells.find(({ kind }) => kind === 'raise')?.level ?? null).toBe(level);
  // A repair is looked for at the third failure in a row, and is told with a diagnosis that was made before it.
  const evidence = line.effects.find(({ effect }) => effect.do === 'evidence');
  expect(evidence?.effect).toMatchObject({ items: ['diagnosis'] });
});

describe('westep: the limit', () => {
  /** A fault an hour's quarter: each repair helps, until the next one. */
  const four = () => {
    const probes = ['database', 'pool', 'tables', 'auth'];
    const played = playedWorld(({ good }) => ({
      restore_connection: () => good('database'),
      restore_connection_pool: () => good('pool'),
      fix_permissions: () => good('tables'),
      repair_auth: () => good('auth'),
    }));
    const line = new Timeline(policy, played.world);
    for (const [index, probe] of probes.entries()) line.at(300 + index * 600, () => played.bad(probe));
    return { line, played };
  };

  test('P3: three repairs an hour, whichever they are; the fourth is refused and people are told once', () => {
    const { line } = four();
    line.until(3_300);
    expect(line.runs).toHaveLength(3);
    expect(line.when('budget_full').length).toBeGreaterThan(0);
    expect(line.told.filter((one) => one === 'critical restart_limit')).toHaveLength(1);
    expect(policy.alerts?.escalation?.map(({ afterMs }) => afterMs / 60_000)).toEqual([0, 15, 60]);
  });

  test('P3: when the hour has passed it is repaired', () => {
    const { line } = four();
    line.until(3 * hour);
    expect(line.runs).toHaveLength(4);
    const [first = 0, , , fourth = 0] = line.runs.map(({ s }) => s);
    expect(fourth - first).toBeGreaterThanOrEqual(hour);
    expect(line.told.at(-1)).toBe('clear restart_limit');
  });

  test('W8: maxAttemptsPerHour of the JSON block is that limit', () => {
    const one = presetPolicy('westep', { own: 'services: {westep: {budgets: {repairs: {max: 1}}}}\n' });
    const played = playedWorld();
    played.bad('pool', 'tables');
    expect(new Timeline(one, played.world).until(1_800).runs).toHaveLength(1);
  });
});

test('P3: without recovery nothing is repaired, and it is said what would be', () => {
  const observing = { ...policy, mode: 'observe' as const };
  const played = playedWorld();
  played.bad('pool');
  const line = new Timeline(observing, played.world).until(hour);
  expect(line.runs).toEqual([]);
  const would = line.effects.flatMap(({ effect }) => (effect.do === 'would_run' ? [effect.actions] : []));
  expect(would).toEqual([['restore_connection_pool']]);
});
