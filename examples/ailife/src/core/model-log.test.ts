import { expect, test } from 'vitest';
import { ModelLog } from './model-log.ts';

const HOUR = 3_600_000;

test('D2: the truth of the last hour: calls by outcome, rate, mean; older calls leave', () => {
  const log = new ModelLog();
  log.record(100, 'ok', 0);
  log.record(200, 'error', 1);
  log.record(300, 'fallback', 2);
  log.record(400, 'timeout', 3);
  expect(log.stats(10)).toEqual({
    callsLastHour: 4,
    errorsLastHour: 1,
    timeoutsLastHour: 1,
    fallbacksLastHour: 1,
    errorRatePercent: 75,
    avgMsLastHour: 250,
    lastSuccessAt: 0,
    fallbackActive: true,
  });
  expect(log.stats(HOUR + 2)).toMatchObject({ callsLastHour: 1, timeoutsLastHour: 1, lastSuccessAt: 0 });
});
