import { describe, expect, test } from 'vitest';
import { playedWorld, presetPolicy, Timeline } from '../timeline.ts';

const policy = presetPolicy('voice-bot');
const checks = ['unit', 'process', 'port', 'webhook'];
const cycle = 600;

describe.each(checks)('voice-bot: %s alone', (check) => {
  test('V3: one verified restart', () => {
    const played = playedWorld(({ good }) => ({ restart: () => good(check) }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad(check)).until(3 * cycle);
    expect(line.runs.map(({ action }) => action)).toEqual(['restart']);
    expect(line.startsOf('restart')[0]).toBeLessThan(100 + cycle + 60);
    expect(line.when('verified')).toHaveLength(1);
    expect(line.told).toEqual(['warning fault_unhealthy', 'clear fault_unhealthy']);
    const evidence = line.effects.find(({ effect }) => effect.do === 'evidence');
    expect(evidence?.effect).toMatchObject({ items: ['journal', 'sockets'] });
  });

  test('V3: all four good, or this one bad between two looks: no restart', () => {
    const played = playedWorld();
    const line = new Timeline(policy, played.world)
      .at(100, () => played.bad(check))
      .at(500, () => played.good(check))
      .until(3 * cycle);
    expect([line.runs, line.told]).toEqual([[], []]);
  });
});

test('V3: a webhook that answers at the second try is left alone', () => {
  const played = playedWorld();
  const line = new Timeline(policy, played.world)
    .at(599, () => played.bad('webhook'))
    .at(605, () => played.good('webhook'))
    .until(3 * cycle);
  expect(line.runs).toEqual([]);
});

test('V3: a restart that does not help is told once and not tried again by itself', () => {
  const played = playedWorld();
  played.bad('port');
  const line = new Timeline(policy, played.world).until(24 * 3_600);
  expect(line.startsOf('restart')).toHaveLength(1);
  expect(line.told).toEqual(['warning fault_unhealthy', 'critical fault_unhealthy']);
});

test('V4: a disk over 90 % has its old logs packed and its old temporary files removed', () => {
  const played = playedWorld(({ good }) => ({ clear_temp: () => good('disk') }));
  const line = new Timeline(policy, played.world).at(100, () => played.bad('disk')).until(2 * cycle);
  expect(line.runs.map(({ action }) => action)).toEqual(['rotate', 'clear_temp']);
  expect(policy.actions.rotate).toMatchObject({ keep: 7 });
  expect(policy.actions.clear_temp).toMatchObject({ olderThan: 3_600_000 });
  expect(line.told).toEqual(['warning fault_disk_full', 'clear fault_disk_full']);
});
