import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { type LogFill, roomFor } from './core/room-for.ts';

/** A write that takes longer hangs (a dead network disk): what comes meanwhile is left out, so that the app goes on. */
const stallMs = 2_000;
/** How often it looks whether the file is still the one at its path, and tries a disk again that failed. */
const lookEveryMs = 5_000;
const retryAfterMs = 1_000;
const rotateAgainAfterMs = 60_000;

export type LogProblem =
  | { kind: 'log-lost'; file: string; message: string }
  | { kind: 'log-back'; file: string; lostBytes: number }
  /** It grows past its limit, since it cannot be renamed. */
  | { kind: 'log-not-rotated'; file: string; message: string };

interface OpenLog extends LogFill {
  handle: FileHandle;
  inode: number;
  lookAt: number;
}

/**
 * Appends to one log file and keeps one older one, `<file>.1`. Never throws and never waits longer than 2 s: a disk that is
 * full, gone or hanging is told once, and again when it is back, with the number of bytes that are missing in the file.
 */
export class LogFile {
  readonly #file: string;
  readonly #limitBytes: number;
  readonly #say: (problem: LogProblem) => void;
  #log: OpenLog | null = null;
  #running: Promise<void> | null = null;
  #retryAt = 0;
  #rotateAfter = 0;
  #problem: string | null = null;
  #lostBytes = 0;

  constructor(file: string, limitBytes: number, say: (problem: LogProblem) => void) {
    this.#file = file;
    this.#limitBytes = limitBytes;
    this.#say = say;
  }

  /** Resolves when the bytes are written, or given up. */
  async write(chunk: Buffer): Promise<void> {
    if (this.#running !== null) {
      this.#lostBytes += chunk.length;
      return;
    }
    const running = this.#store(chunk).finally(() => {
      this.#running = null;
    });
    this.#running = running;
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#fail(`no answer within ${stallMs / 1_000} s`);
        resolve();
      }, stallMs);
    });
    await Promise.race([running, stalled]);
    clearTimeout(timer);
  }

  /** Resolves when no write is under way; never, while one hangs. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    const { handle } = this.#log ?? {};
    this.#log = null;
    await handle?.close();
  }

  async #store(chunk: Buffer): Promise<void> {
    let rest = chunk;
    try {
      while (rest.length > 0) {
        const log = await this.#ready();
        const limit = performance.now() < this.#rotateAfter ? Number.POSITIVE_INFINITY : this.#limitBytes;
        const count = roomFor(rest, log, limit);
        if (count > 0) await append(log, rest.subarray(0, count));
        rest = rest.subarray(count);
        if (rest.length > 0) await this.#rotate();
      }
      this.#recover();
    } catch (error) {
      this.#lostBytes += rest.length;
      this.#fail(messageOf(error));
      await this.#letGo();
    }
  }

  /** The open file; opened anew when somebody moved or removed the one we have. */
  async #ready(): Promise<OpenLog> {
    const now = performance.now();
    if (this.#log && now >= this.#log.lookAt) {
      this.#log.lookAt = now + lookEveryMs;
      if ((await inodeOf(this.#file)) !== this.#log.inode) await this.close();
    }
    if (this.#log) return this.#log;
    if (now < this.#retryAt) throw new Error(this.#problem ?? 'not open');
    this.#log = await openLog(this.#file);
    return this.#log;
  }

  /** A file that cannot be renamed is written on: nothing is lost for the sake of its size. */
  async #rotate(): Promise<void> {
    try {
      await rename(this.#file, `${this.#file}.1`);
      await this.close();
    } catch (error) {
      this.#rotateAfter = performance.now() + rotateAgainAfterMs;
      this.#say({ kind: 'log-not-rotated', file: this.#file, message: messageOf(error) });
    }
  }

  async #letGo(): Promise<void> {
    const now = performance.now();
    // A write refused while it waits for the next try must not put that try off.
    if (now >= this.#retryAt) this.#retryAt = now + retryAfterMs;
    try {
      await this.close();
    } catch {
      // What a full or vanished disk says when a file on it is closed was told already.
    }
  }

  #fail(message: string): void {
    if (this.#problem === null) this.#say({ kind: 'log-lost', file: this.#file, message });
    this.#problem = message;
  }

  #recover(): void {
    if (this.#problem === null) return;
    this.#problem = null;
    this.#say({ kind: 'log-back', file: this.#file, lostBytes: this.#lostBytes });
    this.#lostBytes = 0;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * O_NONBLOCK: a pipe left at this path would make the opening wait for a reader for ever. O_NOFOLLOW: other apps may share the
 * folder, and a link of theirs must not make us write where they may not.
 */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOFOLLOW;

async function openLog(file: string): Promise<OpenLog> {
  await mkdir(path.dirname(file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const handle = await open(file, flags, 0o640);
  const { size, ino, isFile } = await handle.stat().then((info) => ({ ...info, isFile: info.isFile() }));
  if (!isFile) {
    await handle.close();
    throw new Error('it is not a regular file');
  }
  return { handle, inode: ino, size, endsLine: true, lookAt: performance.now() + lookEveryMs };
}

async function append(log: OpenLog, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await log.handle.write(bytes, done);
    done += bytesWritten;
    log.size += bytesWritten;
  }
  log.endsLine = bytes.at(-1) === 0x0a;
}

async function inodeOf(file: string): Promise<number | null> {
  try {
    return (await lstat(file)).ino;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
