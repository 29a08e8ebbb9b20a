import { chmodSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import path from 'node:path';
import { readProcess } from './proc.ts';
import { RunError } from './run-error.ts';
import { checkFolder, folderProblem } from './socket-folder.ts';
import { keptState } from './state-file.ts';
import type { RunWords } from './words/words.ts';

/** sun_path holds 108 bytes on Linux; the names we make from the path while claiming it need the rest. */
const pathMaxBytes = 90;
/** The owner and its group, so that a watchdog of the same group may ask. */
const mode = 0o660;
const answerMs = 1_000;

export interface Claim {
  /** Removes the socket, if it is still ours. */
  release(): void;
}

/**
 * Makes `server` listen at `socket` (absolute). One that a dead parent left is taken over; between two parents that begin at
 * once the file system decides, since a link is made over nobody.
 * @throws RunError USAGE for a path that cannot be used, RUN_SOCKET_TAKEN when a parent lives there.
 */
export async function claimSocket(server: Server, socket: string, words: RunWords): Promise<Claim> {
  const bytes = Buffer.byteLength(socket);
  if (bytes > pathMaxBytes) throw wrong(words.socketTooLong(socket, bytes, pathMaxBytes), words.socketTooLongHint);
  const folder = path.dirname(socket);
  checkFolder(folder, words);
  refuseIfOwned(socket, words);
  const own = `${socket}.${process.pid}`;
  try {
    rmSync(own, { force: true });
    await listen(server, own);
    // Before anybody can know the name that counts.
    chmodSync(own, mode);
    const inode = statSync(own).ino;
    while (!place(own, socket)) await clearDead(socket, `${own}.old`, words);
    return { release: () => inodeOf(socket) === inode && rmSync(socket, { force: true }) };
  } catch (error) {
    server.close();
    if (error instanceof RunError || !(error instanceof Error && 'code' in error)) throw error;
    throw folderProblem(folder, String(error.code), words);
  } finally {
    removeQuietly(own);
  }
}

/** A parent whose socket somebody removed cannot be asked, but it still runs its app and would fight us for it. */
function refuseIfOwned(socket: string, words: RunWords): void {
  const owner = keptState(socket)?.parent;
  if (!owner || owner.pid === process.pid || readProcess(owner.pid)?.startTicks !== owner.startTicks) return;
  throw new RunError('RUN_SOCKET_TAKEN', words.taken(socket, owner.pid), words.takenHint);
}

const wrong = (message: string, hint: string): RunError => new RunError('USAGE', message, hint);

function listen(server: Server, at: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where it cannot be removed it could not be made either, and that is told.
  }
}

/** Gives the socket the name that counts, over nobody. False when that name is taken. */
function place(own: string, socket: string): boolean {
  try {
    linkSync(own, socket);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
  }
  // A file system without hard links: two parents at the very same moment are not told apart there.
  if (kindOf(socket) !== 'none') return false;
  renameSync(own, socket);
  return true;
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Moves a dead parent's socket away. One that came to life between our look and our move is put back. */
async function clearDead(socket: string, aside: string, words: RunWords): Promise<void> {
  await refuseIfAlive(socket, words);
  try {
    renameSync(socket, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    await refuseIfAlive(aside, words);
  } catch (error) {
    place(aside, socket);
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

async function refuseIfAlive(socket: string, words: RunWords): Promise<void> {
  const kind = kindOf(socket);
  if (kind === 'none') return;
  if (kind === 'other') throw wrong(words.notASocket(socket), words.notASocketHint);
  const answer = await askForPid(socket);
  if (answer === 'dead') return;
  const pid = answer ?? keptState(socket)?.parent.pid ?? null;
  throw new RunError('RUN_SOCKET_TAKEN', words.taken(socket, pid), words.takenHint);
}

function kindOf(file: string): 'none' | 'socket' | 'other' {
  const info = statSync(file, { throwIfNoEntry: false });
  return info === undefined ? 'none' : info.isSocket() ? 'socket' : 'other';
}

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

/** The pid of the parent that answers; null for one that takes the connection and says nothing we know; `dead` = nobody listens. */
function askForPid(socket: string): Promise<number | null | 'dead'> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    let said = '';
    const end = (answer: number | null | 'dead') => {
      connection.destroy();
      resolve(answer);
    };
    connection.setTimeout(answerMs, () => end(null));
    connection.setEncoding('utf8');
    connection.on('connect', () => connection.write('{"id":"1","do":"status"}\n'));
    connection.on('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'dead' : null),
    );
    connection.on('close', () => end(null));
    connection.on('data', (text: string) => {
      said += text;
      if (said.includes('\n') || said.length > 16_384) end(pidIn(said));
    });
  });
}

function pidIn(reply: string): number | null {
  const match = /"parent":\{"pid":(\d+)/.exec(reply);
  return match ? Number(match[1]) : null;
}
