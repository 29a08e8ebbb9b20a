import { describe, expect, test } from 'vitest';
import { onlyFaults, playedWorld, presetPolicy, Timeline } from '../timeline.ts';

const policy = presetPolicy('crypto');
const critical = (line: Timeline) => line.told.filter((one) => one.startsWith('critical'));

describe('crypto: page and price', () => {
  test('C1: three failures in a row, 30 s apart, then a restart that is verified', () => {
    const played = playedWorld(({ good }) => ({ restart: () => good('price') }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad('price')).until(400);
    const [restart = 0] = line.startsOf('restart');
    expect(restart).toBeGreaterThanOrEqual(180);
    expect(restart).toBeLessThan(182);
    expect(line.when('verified')).toHaveLength(1);
    expect(critical(line)).toEqual([]);
  });

  test('C1: two failures and then a price again: nothing is done', () => {
    const played = playedWorld();
    const line = new Timeline(policy, played.world)
      .at(100, () => played.bad('price'))
      .at(160, () => played.good('price'))
      .until(600);
    expect([line.runs, line.told]).toEqual([[], []]);
  });

  test('C3: scenario 2, an API that stops answering is restarted and proven within 30 s of its detection', () => {
    const played = playedWorld(({ good }) => ({ restart: () => good('price', 'page') }));
    const line = new Timeline(policy, played.world).at(10, () => played.bad('page', 'price')).until(400);
    const [detected = 0] = line.when('detected', 'not_answering');
    const [recovered = Number.POSITIVE_INFINITY] = line.when('recovered', 'not_answering');
    expect(recovered - detected).toBeLessThan(30);
  });

  test('C3: a restart that does not help is followed by a rebuild, then by people; no second ladder', () => {
    const played = playedWorld(({ good }) => ({ rebuild: () => good('price') }));
    const line = new Timeline(policy, played.world).at(10, () => played.bad('price')).until(400);
    expect(line.runs.map(({ action }) => action)).toEqual(['restart', 'rebuild']);
    expect(critical(line)).toEqual(['critical fault_not_answering']);
    expect(line.told.at(-1)).toBe('clear fault_not_answering');

    const hopeless = playedWorld();
    hopeless.bad('price');
    const gaveUp = new Timeline(policy, hopeless.world).until(7_200);
    expect(gaveUp.runs.map(({ action }) => action)).toEqual(['restart', 'rebuild']);
    expect(gaveUp.when('halted')).toHaveLength(1);
    expect(critical(gaveUp)).toHaveLength(1);
  });
});

describe('crypto: crashes', () => {
  const crash = ['process', 'page', 'price'] as const;
  const exit = { type: 'process', event: 'exit' } as const;

  test('C3: scenario 1, pm2 brings it back within 3 s: we touch nothing', () => {
    const played = playedWorld();
    const line = new Timeline(policy, played.world);
    line.at(100, () => {
      played.bad(...crash);
      line.send(exit);
    });
    line.at(102, () => {
      played.good(...crash);
      line.send({ type: 'process', event: 'online' });
    });
    line.until(400);
    expect([line.runs, critical(line)]).toEqual([[], []]);
  });

  test('C3: scenario 1, not back after 3 s: restarted, looked at 10 s later, recovered within 30 s', () => {
    const played = playedWorld(({ good }) => ({ restart: () => good(...crash) }));
    const line = new Timeline(policy, played.world);
    line.at(100, () => {
      played.bad(...crash);
      line.send(exit);
    });
    line.until(400);
    const [restart = 0] = line.startsOf('restart');
    expect(restart - 100).toBeGreaterThanOrEqual(3);
    expect(restart - 100).toBeLessThan(5);
    const [recovered = Number.POSITIVE_INFINITY] = line.when('recovered', 'crashed');
    expect(recovered - restart).toBeGreaterThanOrEqual(12);
    expect(recovered - 100).toBeLessThan(30);
    expect(line.runs).toHaveLength(1);
  });

  test('C3: scenario 4, pm2 itself is gone: everything is resurrected, else built anew', () => {
    const all = ['pm2', ...crash] as const;
    const played = playedWorld(({ good }) => ({ resurrect: () => good(...all) }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad(...all)).until(400);
    expect(line.runs.map(({ action }) => action)).toEqual(['resurrect']);
    expect(critical(line)).toEqual(['critical fault_all_down']);
    const [detected = 0] = line.when('detected', 'all_down');
    expect((line.when('recovered', 'all_down')[0] ?? Number.POSITIVE_INFINITY) - detected).toBeLessThan(30);

    const twice = playedWorld(({ good }) => ({ rebuild: () => good(...all) }));
    const rebuilt = new Timeline(policy, twice.world).at(100, () => twice.bad(...all)).until(400);
    expect(rebuilt.runs.map(({ action }) => action)).toEqual(['resurrect', 'rebuild']);
    expect(rebuilt.when('recovered', 'all_down')).toHaveLength(1);
  });

  test('C3: a crash loop stops at six starts in 10 minutes', () => {
    const played = playedWorld();
    played.bad(...crash);
    const line = new Timeline(policy, played.world).until(3_600);
    expect(line.runs.length).toBeLessThanOrEqual(6);
    expect(line.when('halted').length).toBeGreaterThan(0);
  });
});

describe('crypto: pressure', () => {
  test('C2: memory above its limit twice: evidence, clean-up, then a graceful reload, told when it helped', () => {
    const played = playedWorld(({ good }) => ({ reload: () => good('memory') }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad('memory')).until(400);
    const [evidence] = line.effects.filter(({ effect }) => effect.do === 'evidence');
    const [cleanup = 0] = line.startsOf('cleanup');
    expect(evidence?.effect).toMatchObject({ items: ['memory', 'processes'] });
    expect(cleanup).toBeGreaterThan(evidence?.s ?? Number.POSITIVE_INFINITY);
    expect(cleanup).toBeGreaterThanOrEqual(150);
    expect(line.runs.map(({ action }) => action)).toEqual(['cleanup', 'reload']);
    expect(line.told).toEqual(['warning fault_memory_high', 'clear fault_memory_high']);
  });

  test('C2: one look above the limit is no fault; the clean-up may be enough', () => {
    const once = playedWorld();
    const quiet = new Timeline(policy, once.world)
      .at(100, () => once.bad('memory'))
      .at(125, () => once.good('memory'))
      .until(400);
    expect(quiet.runs).toEqual([]);
    const played = playedWorld(({ good }) => ({ cleanup: () => good('memory') }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad('memory')).until(400);
    expect(line.runs.map(({ action }) => action)).toEqual(['cleanup']);
    expect(critical(line)).toEqual([]);
  });

  test('C2: a core that is busy for two minutes, and stays so after all of it, is told as CRITICAL', () => {
    const played = playedWorld();
    const line = new Timeline(onlyFaults(policy, 'cpu_high'), played.world).at(10, () => played.bad('cpu')).until(400);
    const [detected = 0] = line.when('detected');
    expect(detected).toBeGreaterThanOrEqual(10 + 90);
    expect(line.runs.slice(0, 2).map(({ action }) => action)).toEqual(['cleanup', 'reload']);
    expect(line.told).toContain('critical fault_cpu_high');
  });

  test('C2: a log of 50 MB is rotated, and nobody is called for it', () => {
    const played = playedWorld(({ good }) => ({ rotate: () => good('log_size') }));
    const line = new Timeline(policy, played.world).at(100, () => played.bad('log_size')).until(400);
    expect(line.runs.map(({ action }) => action)).toEqual(['rotate']);
    expect(critical(line)).toEqual([]);
  });
});
