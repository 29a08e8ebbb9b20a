import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';

/** `held`: opened once to append. `each`: opened for each line. `placed`: opened once, and written at a place of its own. */
export type WriterKind = 'held' | 'each' | 'placed';

const ways: Record<WriterKind, string> = {
  held: "const fd = fs.openSync(file, 'a'); write = (line) => fs.writeSync(fd, line);",
  each: 'write = (line) => fs.appendFileSync(file, line);',
  placed: "const fd = fs.openSync(file, 'w'); write = (line) => fs.writeSync(fd, line);",
};

/** Writes `<name> <number> …` lines, 200 each few milliseconds, until SIGTERM; then `tell`. SIGUSR2: it goes on silently. It ends by itself after two minutes. */
const script = (begin: string, tell: string): string => `
  const fs = require('fs'); let write; let n = 0; let ended = false; let hushed = false;
  ${begin}
  const line = () => name + ' ' + (n++) + ' ' + 'x'.repeat(40 + n % 60) + '\\n';
  const turn = () => {
    for (let i = 0; i < 200; i++) write(line());
    if (!ended) return void setTimeout(turn, 4);
    ${tell}
    if (!hushed) process.exit(0);
  };
  setTimeout(() => process.exit(9), 120000);
  process.on('SIGTERM', () => { ended = true; }).on('SIGINT', () => { ended = true; });
  process.on('SIGUSR2', () => { ended = hushed = true; });
  turn();`;

/** An app `a` that talks on its output; its number of lines stands in `<file>.total` at its end. */
export function writeTalker(file: string): void {
  const tell = "fs.writeFileSync(__filename + '.total', String(n));";
  writeFileSync(file, script("const name = 'a'; write = (line) => process.stdout.write(line);", tell));
}

export interface NumberedWriter {
  pid: number;
  /** Ends it; how many lines it wrote. */
  stop(): Promise<number>;
}

export function startWriter(name: string, file: string, kind: WriterKind): NumberedWriter {
  // Its input ends with this test, however that ends.
  const begin = `const [name, file] = process.argv.slice(1); ${ways[kind]} process.stdin.on('close', () => process.exit(8)).resume();`;
  const child = spawn(process.execPath, ['-e', script(begin, 'fs.writeSync(1, String(n));'), name, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
      return Number(said);
    },
  };
}

/** Every line of a log and of what was rotated out of it, oldest first. */
export function allLines(log: string): string[] {
  const base = path.basename(log);
  const names = readdirSync(path.dirname(log)).filter(
    (name) => name === base || /^\.\d{8}_\d{6}/.test(name.slice(base.length)),
  );
  const ordered = names.sort((a, b) => (a === base ? 1 : b === base ? -1 : a < b ? -1 : 1));
  return ordered.flatMap((name) => {
    const bytes = readFileSync(path.join(path.dirname(log), name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return text.split('\n').filter((line) => line !== '');
  });
}

/** C2: each line of each writer is there once, whole, in its order. */
export function expectEveryLine(log: string, written: Readonly<Record<string, number>>): void {
  const lines = allLines(log);
  for (const [name, count] of Object.entries(written)) {
    const numbers = lines.filter((line) => line.startsWith(`${name} `)).map((line) => Number(line.split(' ')[1]));
    const wrong = numbers.findIndex((number, at) => number !== at);
    expect({ name, count: numbers.length, firstWrong: wrong }).toEqual({ name, count, firstWrong: -1 });
  }
  expect(lines.filter((line) => !/^\S+ \d+ x+$/.test(line))).toEqual([]);
}
