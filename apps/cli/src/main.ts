import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { runCli } from './run-cli.ts';

const ended = new AbortController();
let endsItself = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    ended.abort();
    if (!endsItself) process.exit(128 + constants.signals[signal]);
  });
}
// A reader that has seen enough (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question, { signal: ended.signal });
  } finally {
    terminal.close();
  }
}

/** As long as a program takes that makes the line; a pipe that stays open and empty must not hang us. */
const inputLimitMs = 5_000;

async function readLine(): Promise<string | null> {
  if (process.stdin.isTTY === true) return null;
  const lines = createInterface({ input: process.stdin });
  const limit = AbortSignal.any([ended.signal, AbortSignal.timeout(inputLimitMs)]);
  limit.addEventListener('abort', () => lines.close(), { once: true });
  try {
    for await (const line of lines) return line.trim();
    return null;
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask,
  readLine,
  signal: ended.signal,
  deferEnd: () => {
    endsItself = true;
  },
  become: (program, args, env) => {
    if (!process.execve) throw new Error('this Node cannot give its process to another program');
    process.execve(program, [program, ...args], { ...env });
  },
  now: Date.now,
});
