import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { type FileLock, tryFileLock } from '@yoban/shared/file-lock';
import type { CommandContext } from '../command.ts';

/** A restart by the watchdog is over by then; a restore by it may not be. */
const waitMs = 15 * SECOND;
const pollMs = 200;

const words = {
  en: {
    busy: (service: string) => `the watchdog is repairing ${service} at this moment`,
    hint: 'Look with yoban watchdog status, and run it again when that has ended.',
  },
  ja: {
    busy: (service: string) => `現在 watchdog が ${service} を復旧しています`,
    hint: 'yoban watchdog status で終了を確認してから、もう一度実行してください。',
  },
};

/** The lock that a repair by the watchdog holds, too: two hands on one service undo each other. @throws OpsError CONFLICT */
export async function takeServiceLock({ lang, found }: CommandContext, service: string): Promise<FileLock> {
  const file = path.join(found().kit.paths.locks, `${service}.act.lock`);
  const deadline = performance.now() + waitMs;
  for (;;) {
    const lock = tryFileLock(file);
    if (lock) return lock;
    if (performance.now() > deadline)
      throw new OpsError('CONFLICT', words[lang].busy(service), { hint: words[lang].hint });
    await sleep(pollMs);
  }
}
