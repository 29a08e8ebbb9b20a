import type { Notice, Outlook } from './core/run-state.ts';
import type { LogProblem } from './log-file.ts';
import type { LastExit, Status } from './protocol.ts';
import type { Sink } from './sink.ts';
import type { RunWords } from './words/words.ts';

export type RunNotice =
  | Notice
  | LogProblem
  | { kind: 'first' }
  | { kind: 'orphans'; pids: readonly number[] }
  | { kind: 'state-unkept'; message: string };

/** Says what happens on stderr: a line of text, or with `json` one JSON object a line. Stdout belongs to the app. */
export function createTeller(
  { name, json, words }: { name: string; json: boolean; words: RunWords },
  sink: Sink,
  now: () => number,
): (notice: RunNotice, status: Status | null) => Promise<void> {
  return (notice, status) => {
    const { kind, ...details } = notice;
    return sink.write(
      json
        ? `${JSON.stringify({ at: now(), name, event: kind, ...details, status })}\n`
        : `[yoban run ${name}] ${noticeText(notice, words)}\n`,
    );
  };
}

function noticeText(notice: RunNotice, words: RunWords): string {
  const { notices } = words;
  switch (notice.kind) {
    case 'first':
      return notices.first;
    case 'orphans':
      return notices.orphans(notice.pids.join(', '));
    case 'started':
      return notices.started(notice.pid);
    case 'exited':
      return notices.exited(notice.pid, howText(notice.exit, words), notice.uptimeMs, outlookText(notice.next, words));
    case 'not-started':
      return notices.notStarted(notice.message, outlookText(notice.next, words));
    case 'memory':
      return notices.memory(notice.pid, notice.mb, notice.limitMb);
    case 'killing':
      return notices.killing;
    case 'stuck':
      return notices.stuck;
    case 'log-lost':
      return notices['log-lost'](notice.file, notice.message);
    case 'log-back':
      return notices['log-back'](notice.file, notice.lostBytes);
    case 'log-not-rotated':
      return notices['log-not-rotated'](notice.file, notice.message);
    case 'state-unkept':
      return notices.stateUnkept(notice.message);
    default:
      return notice satisfies never;
  }
}

function howText({ code, signal, reason }: LastExit, { notices: { how } }: RunWords): string {
  if (reason === 'asked') return how.asked;
  if (reason === 'memory-limit') return how.memory;
  return signal === null ? how.code(code ?? 0) : how.signal(signal);
}

function outlookText(next: Outlook, { notices }: RunWords): string {
  switch (next.do) {
    case 'restart':
      return notices.next.restart(next.inMs, next.unstable, next.limit);
    case 'give-up':
      return notices.next['give-up'](next.limit);
    case 'stay':
      return notices.next.stay;
    case 'leave':
      return notices.next.leave;
    default:
      return next satisfies never;
  }
}
