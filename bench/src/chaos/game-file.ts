import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = path.join(import.meta.dirname, 'game-main.ts');

export interface GameContent {
  /** Number of the newest row that counts. */
  n: number;
  /** SHA-256 of all rows up to it. */
  hash: string;
}

/** A new game database of about 10 MB. */
export async function makeGame(file: string): Promise<void> {
  await run(process.execPath, [program, 'make', file]);
}

/** What a database holds, up to row `upTo`. Rejects when it cannot be read. */
export async function readGame(file: string, upTo?: number): Promise<GameContent> {
  const { stdout } = await run(process.execPath, [
    program,
    'read',
    file,
    ...(upTo === undefined ? [] : [String(upTo)]),
  ]);
  return JSON.parse(stdout) as GameContent;
}

/** Overwrites some bytes, as a failing disk does, from a process of its own. */
export async function overwrite(file: string, atByte: number, byteCount: number): Promise<void> {
  await run('dd', [
    ...['if=/dev/urandom', `of=${file}`, 'conv=notrunc', 'oflag=seek_bytes', 'iflag=count_bytes', 'status=none'],
    ...[`seek=${atByte}`, `count=${byteCount}`, 'bs=4096'],
  ]);
}

/** Cuts it to nothing. */
export async function cutToNothing(file: string): Promise<void> {
  await run('truncate', ['-s', '0', file]);
}

/** As an operator or another program may do at any time: all of the WAL into the file, the WAL cut. */
export async function checkpoint(file: string): Promise<void> {
  await run(process.execPath, [program, 'checkpoint', file]);
}
