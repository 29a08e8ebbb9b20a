import { setTimeout as sleep } from 'node:timers/promises';
import { type AppOutput, createLoggedOutput, inheritedOutput } from './app-output.ts';
import { createTeller, type RunNotice } from './notices.ts';
import type { RunOptions } from './parse-options.ts';
import type { Status } from './protocol.ts';
import { RunError } from './run-error.ts';
import { descriptorSink, streamSink } from './sink.ts';
import type { RunWords } from './words/words.ts';

const drainMs = 500;
/** For a log's last write; a disk that takes longer hangs. */
const hangsMs = 2_000;

/** What leaves this process as text: the app's output, and what the parent itself has to say. */
export interface Voice {
  output: AppOutput;
  tell(notice: RunNotice): void;
  /** Notices in JSON carry the status as soon as there is one. */
  attachStatus(status: () => Status): void;
  /** Why the first start failed: for the end of the parent, not for a line in between. */
  problem(): RunError | null;
  finish(): Promise<void>;
}

export function createVoice(options: RunOptions, words: RunWords): Voice {
  const { logDir: dir, name, logLimitBytes: limitBytes } = options;
  const error = dir === null ? descriptorSink(2) : streamSink(process.stderr);
  const say = createTeller({ name, json: options.json, words }, error, Date.now);
  let status: (() => Status) | null = null;
  let problem: RunError | null = null;
  let last: Promise<void> = Promise.resolve();
  const tell = (notice: RunNotice) => {
    if (notice.kind === 'not-started' && notice.next.do === 'leave') {
      const message = words.notStarted(options.program, notice.message);
      problem = new RunError('RUN_NOT_STARTED', message, words.notStartedHint);
      return;
    }
    last = say(notice, status?.() ?? null);
  };
  const output =
    dir === null
      ? inheritedOutput
      : createLoggedOutput({ dir, name, limitBytes, out: streamSink(process.stdout), error }, tell);
  return {
    output,
    tell,
    attachStatus: (read) => {
      status = read;
    },
    problem: () => problem,
    finish: async () => {
      await output.drain(drainMs);
      const isSaid = await Promise.race([last.then(() => true), sleep(drainMs, false)]);
      const isWritten = await output.settle(Math.min(options.policy.killTimeoutMs, hangsMs));
      // A write that nobody reads, or to a disk that hangs, holds a thread, and an orderly exit would wait for it for ever.
      if ((!isSaid && dir === null) || !isWritten) process.kill(process.pid, 'SIGKILL');
    },
  };
}
