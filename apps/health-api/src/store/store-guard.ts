import { statSync } from 'node:fs';
import { asOpsError, hasErrno } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import Sqlite from 'better-sqlite3';
import { type HealthDatabase, openHealthDatabase } from './database.ts';

/**
 * The store, or its stand-in in memory: a broken or missing store must not take the health answer down with it, so every user
 * goes through here and never keeps a database.
 */
export interface StoreGuard {
  state(): 'ok' | 'down';
  /** Runs `work` in one transaction. When the file fails it runs once more on the stand-in, and the store counts as down. */
  write<T>(work: (store: HealthDatabase) => T): T;
  read<T>(work: (store: HealthDatabase) => T): T;
  /** Looks whether the file is still the one that was opened; when it is down, tries to open it again. */
  check(): void;
  /** Ends the use of the store in hand, then closes it. */
  close(): Promise<void>;
}

export interface StoreGuardOptions {
  file: string;
  log: Log;
  /** Called with each store that comes into use: fill it with what is known, send its facts. Its result ends that. */
  adopt: (store: HealthDatabase) => () => Promise<void>;
}

const storageFault = /^SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|BUSY|PROTOCOL)/;
const isStorageFault = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && storageFault.test(error.code);

interface InUse {
  store: HealthDatabase;
  release: () => Promise<void>;
}

/** Opens the store, or the stand-in when that fails. Never throws for a fault of the file. */
export function createStoreGuard({ file, log, adopt }: StoreGuardOptions): StoreGuard {
  let state: 'ok' | 'down' = 'down';
  let inode: number | null = null;
  let inUse: InUse;
  /** The last try failed and was told; the ones after it, each ten seconds, would only fill the log. */
  let tried = false;

  const use = (store: HealthDatabase): InUse => ({ store, release: adopt(store) });
  const open = (): InUse | null => {
    const opened = tryOpen(() => openHealthDatabase(file, log), use, tried ? null : log);
    tried = opened === null;
    state = opened ? 'ok' : 'down';
    inode = inodeOf(file);
    return opened;
  };
  const standIn = () => use(openHealthDatabase(':memory:', log));
  const fall = (why: unknown) => {
    log.error({ event: 'store.lost', file, err: why });
    const old = inUse;
    state = 'down';
    inUse = standIn();
    retire(old, log);
  };
  const guarded = <T>(work: (store: HealthDatabase) => T): T => {
    try {
      return work(inUse.store);
    } catch (error) {
      if (state === 'down' || !isStorageFault(error)) throw error;
      fall(error);
      return work(inUse.store);
    }
  };
  inUse = open() ?? standIn();
  return {
    state: () => state,
    write: (work) => guarded((store) => store.db.transaction(() => work(store)).immediate()),
    read: guarded,
    check: () => {
      if (state === 'ok') {
        const problem = problemOf(file, inode);
        if (problem) fall(problem);
        return;
      }
      const opened = open();
      if (!opened) return;
      const old = inUse;
      inUse = opened;
      retire(old, log);
      log.info({ event: 'store.back', file });
    },
    close: async () => {
      await inUse.release();
      inUse.store.db.close();
    },
  };
}

/** Null when the file cannot be used; that is logged, and nothing of it stays open. */
function tryOpen(openFile: () => HealthDatabase, use: (store: HealthDatabase) => InUse, log: Log | null): InUse | null {
  let store: HealthDatabase | null = null;
  try {
    store = openFile();
    return use(store);
  } catch (error) {
    store?.db.close();
    const ops = asOpsError(error);
    if (ops.code !== 'STORE_UNAVAILABLE' && !isStorageFault(error)) throw error;
    log?.error({ event: 'store.down', code: ops.code, hint: ops.hint, err: ops });
    return null;
  }
}

/** Its facts may still be on their way to the bus, so the file is closed only when they have stopped. */
function retire({ store, release }: InUse, log: Log): void {
  release()
    .catch((error: unknown) => log.warn({ event: 'store.release_failed', err: error }))
    .finally(() => store.db.close());
}

function inodeOf(file: string): number | null {
  try {
    return statSync(file).ino;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

/** SQLite goes on writing to a deleted file without a word, and a new connection sees damage that the old one's cache hides. */
function problemOf(file: string, inode: number | null): Error | null {
  if (inodeOf(file) !== inode) return new Error('the file was removed or replaced');
  try {
    const probe = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 100 });
    try {
      probe.prepare('SELECT count(*) FROM sqlite_schema').get();
    } finally {
      probe.close();
    }
    return null;
  } catch (error) {
    // Busy is somebody's long look (a backup of our state, an operator's shell), not a fault.
    if (error instanceof Sqlite.SqliteError) return error.code.startsWith('SQLITE_BUSY') ? null : error;
    throw error;
  }
}
