import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile, type LogProblem } from './log-file.ts';
import type { Status } from './protocol.ts';
import type { Sink } from './sink.ts';
import { teeOutput } from './tee-output.ts';

export interface AppOutput {
  /** False: the app inherits our output, and nothing passes through here. */
  piped: boolean;
  logs: Status['logs'];
  /** Carries until the last process that holds the other end is gone, however many starts later. */
  carry(from: { out: Readable; error: Readable }): void;
  /** All that the app wrote is carried, or `withinMs` are over. */
  drain(withinMs: number): Promise<void>;
  /** False when a write to a log still hangs after `withinMs`. */
  settle(withinMs: number): Promise<boolean>;
}

export const inheritedOutput: AppOutput = {
  piped: false,
  logs: { out: null, error: null },
  carry: () => undefined,
  drain: () => Promise.resolve(),
  settle: () => Promise.resolve(true),
};

/** The app's output goes to our own and to `<name>-out.log` and `<name>-error.log` in `dir`. */
export function createLoggedOutput(
  to: { dir: string; name: string; limitBytes: number; out: Sink; error: Sink },
  say: (problem: LogProblem) => void,
): AppOutput {
  const outFile = path.join(to.dir, `${to.name}-out.log`);
  const errorFile = path.join(to.dir, `${to.name}-error.log`);
  const outLog = new LogFile(outFile, to.limitBytes, say);
  const errorLog = new LogFile(errorFile, to.limitBytes, say);
  const running = new Set<Promise<void>>();
  const follow = (carrying: Promise<void>) => {
    const done: Promise<void> = carrying.finally(() => running.delete(done));
    running.add(done);
  };
  return {
    piped: true,
    logs: { out: outFile, error: errorFile },
    carry: ({ out, error }) => {
      follow(teeOutput(out, to.out, outLog));
      follow(teeOutput(error, to.error, errorLog));
    },
    drain: async (withinMs) => {
      await Promise.race([Promise.all(running), sleep(withinMs, undefined, { ref: false })]);
    },
    settle: async (withinMs) => {
      const idle = Promise.all([outLog.idle(), errorLog.idle()]).then(() => true);
      return Promise.race([idle, sleep(withinMs, false, { ref: false })]);
    },
  };
}
