import { commandLine, processIds, readProc } from '@yoban/host-tools/proc';
import { startTook, type Took } from '@yoban/shared/testing/own-time';

export const isTook = (value: unknown): value is Took =>
  typeof value === 'object' && value !== null && 'tookMs' in value && 'ownMs' in value;

/**
 * Begins to measure on the stage in `dir`. Only what runs on it, and this process, which looks, may have waited: with the waits of
 * the stages beside it (`startOwnTime` counts all that this process has started) nearly nothing would be left of the time, and any
 * bound would hold.
 */
export const startTookOn = (dir: string): (() => Took) => startTook(() => onStage(dir));

/** Its folder stands in the environment or in the command line of each. */
const onStage = (dir: string): string[] =>
  processIds()
    .filter(
      (pid) => pid === process.pid || readProc(`${pid}/environ`)?.includes(dir) || commandLine(pid)?.includes(dir),
    )
    .map(String);
