import { describe, expect, test } from 'vitest';
import { playedWorld, presetPolicy, Timeline } from '../timeline.ts';

const policy = presetPolicy('ailife');
const app = ['process', 'alive'] as const;
const rest = ['viewers', 'synced', 'stream', 'platforms'] as const;
/** What every step ends with: a page that OBS is to show anew. */
const refresh = ['page_ready', 'refresh_page'];
const exit = { type: 'process', event: 'exit' } as const;
const critical = (line: Timeline) => line.told.filter((one) => one.startsWith('critical'));

/** The game crashes at second 100, with pm2 telling so. */
function crash(played: ReturnType<typeof playedWorld>, also: string[] = []) {
  const line = new Timeline(policy, played.world);
  return line.at(100, () => {
    played.bad(...app, ...also);
    line.send(exit);
  });
}

describe('ailife: the decision flow of a crash', () => {
  test('R4: back by pm2 within its 10 s: nothing is done', () => {
    const played = playedWorld();
    const line = crash(played);
    line.at(108, () => {
      played.good(...app);
      line.send({ type: 'process', event: 'online' });
    });
    line.until(600);
    expect([line.runs, critical(line)]).toEqual([[], []]);
  });

  test('R4: not back and the database is corrupt: stop, restore, start, proven, told; within a minute', () => {
    const played = playedWorld(({ good }) => ({ restore: () => good('database'), start: () => good(...app) }));
    const line = crash(played, ['database']).until(600);
    expect(line.runs.map(({ action }) => action)).toEqual(['stop', 'restore', 'start', ...refresh]);
    expect(line.startsOf('stop')[0]).toBeGreaterThanOrEqual(110);
    expect(line.told).toEqual(['critical database_restored', 'clear database_restored']);
    expect(line.when('verified')).toHaveLength(1);
    expect((line.when('recovered')[0] ?? Number.POSITIVE_INFINITY) - 100).toBeLessThan(60);
  });

  test('R4: pm2 gives up: the rest of its 10 s is not waited for', () => {
    const played = playedWorld(({ good }) => ({ restore: () => good('database'), start: () => good(...app) }));
    const line = crash(played, ['database']);
    line.at(102, () => line.send({ type: 'process', event: 'gave_up' }));
    line.until(600);
    expect(line.startsOf('stop')[0]).toBeLessThan(104);
  });

  test('R4: not back and the database is sound: its last lines and the state of pm2, one restart, then people', () => {
    const played = playedWorld();
    const line = crash(played).until(6 * 3_600);
    const evidence = line.effects.find(({ effect }) => effect.do === 'evidence');
    expect(evidence?.effect).toMatchObject({ items: ['last_lines', 'pm2_state', 'disk'] });
    expect(line.runs.map(({ action }) => action)).toEqual(['restart', ...refresh]);
    expect(critical(line)).toEqual(['critical fault_down']);
    expect(line.when('halted')).toHaveLength(1);
  });

  test('R4: one restore in 6 h: a second corruption is not restored, people are told', () => {
    const played = playedWorld(({ good }) => ({ restore: () => good('database'), start: () => good(...app) }));
    const line = crash(played, ['database']);
    line.at(3_600, () => {
      played.bad(...app, 'database');
      line.send(exit);
    });
    line.until(5 * 3_600);
    expect(line.startsOf('restore')).toHaveLength(1);
    // Without a restore there is no stop either: what has no room as a whole is not begun.
    expect(line.startsOf('stop')).toHaveLength(1);
    expect(critical(line)).toContain('critical restart_limit');
  });
});

describe('ailife: besides', () => {
  test('S3: after a repair the phases of a recovery are awaited, each with its end; a late one is told', () => {
    const played = playedWorld(({ good }) => ({ restart: () => good(...app) }));
    const line = crash(played, [...rest]);
    line
      .at(120, () => played.good('viewers'))
      .at(125, () => played.good('synced'))
      .at(140, () => played.good('stream'));
    line.at(400, () => played.good('platforms')).until(800);
    const ended = line.decisions.filter(({ reason }) => reason === 'phase').map(({ detail }) => detail.split(' ')[0]);
    const late = line.decisions.filter(({ reason }) => reason === 'phase_late').map(({ detail }) => detail);
    expect([ended, late]).toEqual([
      ['process_up', 'viewers_synced', 'stream_up', 'platforms_fresh'],
      ['platforms_fresh'],
    ]);
    expect(line.told).toContain('warning phase_late');
    expect(line.told.at(-1)).toBe('clear phase_late');
    expect(line.runs.map(({ action }) => action)).toEqual(['restart', ...refresh]);
  });

  test('R4: a game that hangs is restarted; one slow answer is not', () => {
    const played = playedWorld(({ good }) => ({ restart: () => good('alive') }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad('alive')).until(600);
    expect(line.runs.map(({ action }) => action)).toEqual(['restart', ...refresh]);
    const slow = playedWorld();
    const quiet = new Timeline(policy, slow.world)
      .at(99, () => slow.bad('alive'))
      .at(100.5, () => slow.good('alive'))
      .until(600);
    expect([quiet.runs, quiet.told]).toEqual([[], []]);
  });

  test('R4: pm2 itself is dead: resurrected, and not asked for anything else', () => {
    const all = ['pm2', ...app] as const;
    const played = playedWorld(({ good }) => ({ resurrect: () => good(...all) }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad(...all)).until(600);
    expect(line.runs.map(({ action }) => action)).toEqual(['resurrect']);
    expect(critical(line)).toEqual(['critical fault_pm2_gone']);
    expect((line.when('recovered', 'pm2_gone')[0] ?? Number.POSITIVE_INFINITY) - 100).toBeLessThan(30);
  });

  test('R4: a fault of yoban itself, or of the platforms, is never a reason to act', () => {
    const played = playedWorld();
    played.bad(...rest);
    expect(new Timeline(policy, played.world).until(3_600).runs).toEqual([]);
  });
});
