import { expect, test } from 'vitest';
import { play, policy, process, up } from '../../test/play-process.ts';
import { stepProcess } from './process-fault.ts';

test('H7: a supervisor that has given up ends the grace at once', () => {
  const fallen = play([[100, null, false]], up).state;
  const heard = stepProcess(fallen, { type: 'supervisor', gaveUp: true, restarts: 10 }, policy, 101_000);
  const { effects, state } = play([[101, null, false]], heard.state);
  expect(effects).toMatchObject([
    { do: 'raise', cause: 'supervisor_gave_up', params: { exhausted: true, restarts: 10, restartLimit: 10 } },
  ]);
  expect(play([[200, process(9, 199_000), true]], state).effects).toMatchObject([{ recoveredBy: 'operator' }]);
});

test('a supervisor that gives up after the fault was told changes the incident, and tells nobody again', () => {
  const down = play(
    [
      [100, null, false],
      [110, null, false],
    ],
    up,
  ).state;
  const heard = stepProcess(down, { type: 'supervisor', gaveUp: true, restarts: 10 }, policy, 115_000);
  expect(heard.effects).toEqual([{ do: 'amend', incidentId: 'ailife-process-100000', cause: 'supervisor_gave_up' }]);
});
