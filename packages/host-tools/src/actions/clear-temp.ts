import { constants } from 'node:fs';
import { lstat, open, readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import { openFiles } from '../proc.ts';
import type { ActionAround } from './action.ts';
import type { Deed } from './deed.ts';

type Config = ActionConfigOf<'clear_temp'>;

interface Sweep {
  /** Epoch ms; what was written to since stays. */
  before: number;
  device: number;
  signal: AbortSignal;
  isOpen: (id: string) => boolean;
  removed: { files: number; bytes: number };
  kept: { open: number };
}

const depthMax = 32;
/** For how long a look at what all processes have open is believed. */
const openLookMs = 1_000;

/**
 * Removes regular files that nobody wrote to for so long and that no process has open, in these folders and all below them on the
 * same file system. No link is followed, not even one that takes the place of a folder meanwhile.
 */
export async function clearTemp(
  config: Config,
  around: Pick<ActionAround, 'baseDir' | 'home' | 'now'>,
  outer: AbortSignal,
): Promise<Deed> {
  const limit = AbortSignal.timeout(config.timeout);
  const signal = AbortSignal.any([limit, outer]);
  const removed = { files: 0, bytes: 0 };
  const kept = { open: 0 };
  const refused: string[] = [];
  const isOpen = freshLook();
  for (const named of config.folders) {
    const folder = path.resolve(around.baseDir, named);
    const why = await refusal(folder, around);
    if (why !== null) refused.push(`${folder}: ${why}`);
    else {
      const before = around.now() - config.olderThan;
      const device = (await lstat(folder)).dev;
      await sweep(folder, { before, device, signal, isOpen, removed, kept }, 0);
    }
  }
  const ended = signal.aborted ? ['not all was looked at'] : [];
  const done = `${removed.files} files removed, ${Math.round(removed.bytes / 1_048_576)} MB; ${kept.open} old ones are open`;
  const detail = [done, ...refused, ...ended].join('; ');
  return { ok: refused.length === 0 && !signal.aborted, timedOut: limit.aborted, detail };
}

/** Why nothing is removed there; null when it may be. */
async function refusal(
  folder: string,
  { home, baseDir }: Pick<ActionAround, 'home' | 'baseDir'>,
): Promise<string | null> {
  for (const [name, other] of [
    ['the home of yoban', home],
    ['the configuration', baseDir],
  ] as const) {
    if (isWithin(other, folder)) return `${name} lies in it`;
  }
  try {
    return (await lstat(folder)).isDirectory() ? null : 'it is no folder';
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return 'it is not there or may not be read';
    throw error;
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, path.resolve(inner));
  return way === '' || !(way.startsWith('..') || path.isAbsolute(way));
}

/**
 * The folder is held open and everything is named through it: whoever puts a link in its place, or in the place of one above it,
 * leads us nowhere.
 */
async function sweep(folder: string, task: Sweep, depth: number): Promise<void> {
  if (task.signal.aborted || depth > depthMax) return;
  const handle = await opened(folder);
  if (handle === null) return;
  try {
    const here = `/proc/self/fd/${handle.fd}`;
    for (const { name } of await readdir(here, { withFileTypes: true })) {
      if (task.signal.aborted) return;
      await sweepOne(`${here}/${name}`, task, depth);
    }
  } finally {
    await handle.close();
  }
}

async function sweepOne(file: string, task: Sweep, depth: number): Promise<void> {
  try {
    const info = await lstat(file);
    if (info.dev !== task.device) return;
    if (info.isDirectory()) return await sweep(file, task, depth + 1);
    if (!info.isFile() || info.mtimeMs > task.before) return;
    if (task.isOpen(`${info.dev}:${info.ino}`)) {
      task.kept.open += 1;
      return;
    }
    await unlink(file);
    task.removed.files += 1;
    task.removed.bytes += info.blocks * 512;
  } catch (error) {
    // Gone just now, or another user's.
    if (!hasErrno(error, 'ENOENT', 'EACCES', 'EPERM')) throw error;
  }
}

async function opened(folder: string) {
  try {
    return await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES')) return null;
    throw error;
  }
}

function freshLook(): (id: string) => boolean {
  let open: ReadonlySet<string> = new Set();
  let at = Number.NEGATIVE_INFINITY;
  return (id) => {
    if (performance.now() - at > openLookMs) {
      open = openFiles();
      at = performance.now();
    }
    return open.has(id);
  };
}
