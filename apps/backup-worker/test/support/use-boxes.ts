import path from 'node:path';
import { createProducer } from '@yoban/shared/bus/producer';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Box, listen, makeBox, type Told } from './start-worker.ts';

/** The hooks of a test file that starts workers: one Redis for the file, everything of a test ended after it. */
export function useBoxes() {
  const temp = makeTempDir();
  let redis: PrivateRedis | undefined;
  const cleanUps: (() => unknown)[] = [];
  const theRedis = (): PrivateRedis => {
    if (!redis) throw new Error('asked for Redis outside a test');
    return redis;
  };
  beforeAll(async () => {
    redis = await startPrivateRedis();
  });
  afterEach(async () => {
    for (const clean of cleanUps.splice(0).reverse()) await clean();
  });
  afterAll(async () => {
    await redis?.stop();
    temp.remove();
  });
  let boxes = 0;
  return {
    redis: theRedis,
    cleanUp: (step: () => unknown) => void cleanUps.push(step),
    /** A home with one WAL database `game`, and a listener on a Redis emptied of what the test before it left. */
    newBox: async (
      at: string,
      databases?: (home: string) => string[],
    ): Promise<{ box: Box; told: Told; db: Database.Database }> => {
      boxes += 1;
      const home = path.join(temp.dir, `h${boxes}`);
      const file = path.join(home, 'game.sqlite');
      const lines = databases?.(home) ?? [`{name: game, path: "${file}", service: ailife, requiredTables: [notes]}`];
      const box = makeBox(home, theRedis().url, lines, at);
      const db = new Database(file);
      cleanUps.push(() => db.close());
      db.pragma('journal_mode = WAL');
      db.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('first')");
      const producer = createProducer(box.config.redis, createTestLog().log);
      await untilBusAnswers(producer);
      for (const key of ['alertEvent', 'fact', 'backupRun'] as const) {
        await (await producer.queue(key)).obliterate({ force: true });
      }
      await producer.close();
      const told = listen(box.config);
      cleanUps.push(() => told.stop());
      return { box, told, db };
    },
    start: async (box: Box) => {
      const worker = await box.startWorker();
      cleanUps.push(() => worker.stop());
      return worker;
    },
  };
}
