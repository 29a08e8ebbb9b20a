import { MINUTE } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { judge } from './support/invariants.ts';
import { modelCommand } from './support/model-commands.ts';
import { runModel } from './support/model-run.ts';

let redis: PrivateRedis;
let other: PrivateRedis;
beforeAll(async () => {
  [redis, other] = await Promise.all([startPrivateRedis(), startPrivateRedis()]);
});
afterAll(() => Promise.all([redis.stop(), other.stop()]));

const settings = fc.record({
  rearmOnRecovery: fc.boolean(),
  remindEveryMs: fc.constantFrom(null, 30 * MINUTE),
  escalates: fc.boolean(),
});

test('A1, A4, A5, A7: whatever happens in whatever order, the invariants I1 to I10 hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(modelCommand, { minLength: 5, maxLength: 40 }), settings, async (commands, how) => {
      const [run, faultless] = await Promise.all([
        runModel(redis, commands, how, true),
        runModel(other, commands, how, false),
      ]);
      try {
        await judge(run, faultless);
      } finally {
        run.world.close();
        faultless.world.close();
      }
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 60), endOnFailure: false },
  );
}, 300_000);
