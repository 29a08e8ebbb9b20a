import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type DbLock, isRestoreWaiting, takeDbLock } from '../../src/db-lock.ts';
import { answerLines } from './answer-lines.ts';

// usage: lock-party.ts LOCKS_DIR DB; takes the lock, looks at it, lets it go, as told.
const [dir = '', db = ''] = process.argv.slice(2);
const name = { dir, db };
let lock: DbLock | null = null;

const acts: Record<string, () => Promise<unknown>> = {
  take: async () => {
    lock = await takeDbLock(name);
    return 'taken';
  },
  'take and forget': async () => {
    await takeDbLock(name);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    return 'taken';
  },
  release: async () => {
    await lock?.release();
    return 'released';
  },
  'look 500 times': async () => {
    let seen = 0;
    for (let at = 0; at < 500; at += 1) seen += (await isRestoreWaiting(name)) ? 1 : 0;
    return `seen ${seen}`;
  },
};

await answerLines((line) => acts[line]?.());
