import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '@yoban/shared/error-catalog';
import { OpsError } from '@yoban/shared/errors';

/** What a child tells its parent, as JSON text. `note` may come many times, then one `done` or `failed`. */
export type ChildMessage =
  | { type: 'note'; value: unknown }
  | { type: 'done'; value: unknown }
  | { type: 'failed'; code: ErrorCode; message: string; hint: string; fields: Record<string, unknown> };

export interface Child<Result> {
  readonly pid: number | undefined;
  /**
   * Settles when the child has said its outcome, with all that it had open closed; its process ends on its own a moment later.
   * Rejects with the child's own OpsError, or UNEXPECTED when it died before.
   */
  readonly result: Promise<Result>;
  /** One more text for a child that waits for it (`nextText` in child-main.ts). */
  say(text: string): void;
  kill(): void;
}

export interface ChildOptions<Result> {
  request: unknown;
  parse: (value: unknown) => Result;
  onNote?: (value: unknown) => void;
  /** Of the child's JavaScript heap; buffers come on top. */
  maxHeapMb?: number;
}

const running = new Set<() => void>();
const killAll = () => {
  for (const kill of running) kill();
};

/**
 * Starts `<name>.ts` (from source) or `<name>.js` (from dist) of this folder as a process of its own that ends after one job:
 * SQLite process rule 2. A child ends by itself when its parent dies, since its channel closes.
 */
export function runChild<Result>(name: string, options: ChildOptions<Result>): Child<Result> {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(`./${name}${fromSource ? '.ts' : '.js'}`, import.meta.url));
  const child = fork(file, {
    execArgv: [
      ...(fromSource ? ['--conditions=yoban-src'] : []),
      `--max-old-space-size=${options.maxHeapMb ?? 64}`,
      '--max-semi-space-size=1',
    ],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => void child.kill('SIGKILL');
  if (running.size === 0) process.on('exit', killAll);
  running.add(kill);
  let errorText = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorText = `${errorText}${text}`.slice(-2_000);
  });
  const result = new Promise<Result>((resolve, reject) => {
    child.on('message', (text) => {
      // `node --watch` lets each child tell of its files on the same channel, as objects.
      if (typeof text !== 'string') return;
      const message: ChildMessage = JSON.parse(text);
      if (message.type === 'note') return options.onNote?.(message.value);
      // A promise that has settled ignores what comes later; the end of the process is waited for by nobody.
      try {
        resolve(options.parse(outcome(message)));
      } catch (error) {
        reject(error);
      }
    });
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      running.delete(kill);
      if (running.size === 0) process.off('exit', killAll);
      const death = `${name} ended (${signal ?? exitCode}): ${errorText.trim()}`;
      reject(new OpsError('UNEXPECTED', death, { retryable: true }));
    });
  });
  // The caller may first wait for a note; a child that dies meanwhile must not count as an unhandled rejection.
  result.catch(() => undefined);
  child.send(JSON.stringify(options.request), () => undefined);
  return {
    pid: child.pid,
    result,
    kill,
    say: (text) => {
      if (child.connected) child.send(text, () => undefined);
    },
  };
}

function outcome(message: Exclude<ChildMessage, { type: 'note' }>): unknown {
  if (message.type === 'done') return message.value;
  throw new OpsError(message.code, message.message, { hint: message.hint, fields: message.fields });
}
