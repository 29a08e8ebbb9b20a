import { expect, test } from 'vitest';
import { a, b, play, process, up } from '../../test/play-process.ts';
import { ProcessState } from './process-fault.ts';

const under = (life: string, pid: number, startedAt: number) => ({ ...process(pid, startedAt), under: life });
const first = under('parent 1', 1, 0);
const upUnder = play([[1, first, true]]).state;

test('a restart together with its supervisor is told as that, and the new one counts from nothing', () => {
  const { effects, state } = play(
    [
      [100, null, false],
      [102, under('parent 2', 1, 101_000), false],
      [103, under('parent 2', 1, 101_000), true],
    ],
    // The same number again, as a new container often has: the start time tells them apart.
    { ...upUnder, unstable: 4, at: 'up', process: { ...first, startTicks: 77 } },
  );
  expect(effects).toMatchObject([
    { do: 'inform', alertType: 'process_restarted', params: { supervisorToo: true, restarts: 0, downMs: 3_000 } },
  ]);
  expect(state).toMatchObject({ at: 'up', unstable: 0 });
});

test('a restart under the same life of the supervisor is its own doing, also where that life is not known', () => {
  for (const [before, after] of [
    [upUnder, under('parent 1', 2, 101_000)],
    [upUnder, b],
    [up, under('parent 1', 2, 101_000)],
  ] as const) {
    const { effects } = play(
      [
        [100, null, false],
        [102, after, true],
      ],
      before,
    );
    expect(effects).toMatchObject([{ params: { supervisorToo: false, restarts: 1 } }]);
  }
});

test('a process that is seen again was never gone: no restart is told, and a fault that was told is over', () => {
  const short = play(
    [
      [100, null, false],
      [105, a, false],
    ],
    up,
  );
  expect(short.told).toEqual([]);
  expect(short.state).toEqual(up);
  const long = play(
    [
      [100, null, false],
      [110, null, false],
      [130, a, false],
    ],
    up,
  );
  expect(long.told).toEqual(['raise process_down', 'clear process_down']);
  expect(long.effects[1]).toMatchObject({ recoveredBy: 'by-itself' });
});

test('a state kept by an earlier version, without the life of the supervisor, is still read', () => {
  const kept = { at: 'up', process: { pid: 1, startTicks: 1, startedAt: 0 }, total: 0, unstable: 0 };
  expect(ProcessState.parse(kept)).toMatchObject({ process: { under: null } });
});
