import { chmod, chown, readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { asOpsError, hasErrno, OpsError } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';
import { type BuildRequest, buildRestored } from './build-restored.ts';
import { requireOtherFile } from './candidate-companions.ts';
import { takeDbLock } from './db-lock.ts';
import { inspectCurrent } from './inspect-current.ts';
import { firstGood, namingNext } from './next-good.ts';
import { requireFree, type Unasked } from './require-free.ts';
import type { RestoreCandidate } from './restore-candidates.ts';
import { asideName } from './set-aside-name.ts';
import { noStep, type OnStep } from './steps.ts';
import {
  fileId,
  placeRestored,
  pruneSets,
  putBack,
  recoverSwap,
  removeSwapRecord,
  type SwapRecord,
  setAside,
  writeSwapRecord,
} from './swap.ts';

/** A failure at any of these leaves the old set in place and the service running. */
export const restoreSteps = ['locked', 'built', 'stopped', 'free', 'recorded', 'aside', 'placed', 'started'] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/**
 * The guarded service, through whatever supervises it. `stop` ends when the process is gone, `start` when it is there; both are
 * harmless when it is so already.
 */
export interface GuardedService {
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Waits within its own limit. */
  waitHealthy(): Promise<{ healthy: boolean; detail: string }>;
}

export interface RestoreRequest {
  db: { name: string; path: string; requiredTables: readonly string[] };
  candidate: RestoreCandidate;
  /** What would come after it; a bad candidate's error names the first good one of these. */
  next: readonly RestoreCandidate[];
}

export interface RestoreDeps {
  /** `YOBAN_HOME/run/locks`. */
  locksDir: string;
  zone: string;
  now: () => number;
  /** null when no service guards this database. */
  service: GuardedService | null;
  onStep?: OnStep<RestoreStep>;
  onProgress?: (phase: RestoreStep | 'health', doneBytes: number | null) => void;
}

export interface RestoreReport extends Unasked {
  from: string;
  target: string;
  sizeBytes: number;
  /** Base name of the set put aside; null when there was no database before. */
  aside: string | null;
  /** What the old database was: decides `.corrupted_` or `.pre_restore_`. */
  current: 'ok' | 'corrupt' | 'unknown' | 'absent';
  /** An earlier restore that had been killed, and how it was ended. */
  recovered: 'nothing' | 'finished' | 'undone';
  /** From the stop of the service to its start. */
  downMs: number;
  totalMs: number;
  health: { state: 'healthy' | 'not-healthy'; detail: string } | { state: 'no-service' };
  /** Why sets over the newest three could not be removed; null when they were. */
  pruneError: string | null;
}

/**
 * Brings a database back from a candidate (R1–R3): everything is built and verified before the service stops; the old files go
 * aside as one set, the new one gets the name atomically, the service starts. Until it has started, a failure puts the old set
 * back and starts the service on it. A service that starts but does not become healthy keeps the restored data: see `health`.
 * @throws OpsError RESTORE_CANDIDATE_BAD (naming the next good one, nothing changed), RESTORE_FILE_IN_USE, DB_LOCKED (another
 * restore runs), DISK_FULL, BACKUP_NOT_FOUND, DB_NOT_FOUND (the folder to restore into cannot be made), SUPERVISOR_FAILED of the callbacks, RESTORE_FAILED.
 */
export async function restore(request: RestoreRequest, deps: RestoreDeps): Promise<RestoreReport> {
  const target = await realTarget(request.db.path);
  await requireOtherFile(request.candidate.path, target);
  makeTargetFolder(path.dirname(target));
  const lock = await takeDbLock({ dir: deps.locksDir, db: request.db.name });
  try {
    return await new RestoreJob({ ...request, db: { ...request.db, path: target } }, deps).run();
  } finally {
    await lock.release();
  }
}

/** Its last part only: what is missing above it is a disk that is not mounted, and the database must not land beneath it. */
function makeTargetFolder(folder: string): void {
  try {
    makeFolder(folder, { levels: 0 });
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    throw new OpsError('DB_NOT_FOUND', `${path.dirname(folder)} does not exist: is the disk mounted?`, {
      cause: error,
    });
  }
}

/** The file itself where the path is a link: the new one must take the place of the file, not of the link. */
async function realTarget(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
    return path.resolve(file);
  }
}

class RestoreJob {
  readonly #request: RestoreRequest;
  readonly #deps: RestoreDeps;
  readonly #step: OnStep<RestoreStep>;
  readonly #target: string;
  readonly #startedAt = performance.now();
  #service: 'untouched' | 'told-to-stop' = 'untouched';
  #record: SwapRecord | null = null;
  #unasked: Unasked = { processesNotAsked: 0, outsideNotAsked: null };

  constructor(request: RestoreRequest, deps: RestoreDeps) {
    this.#request = request;
    this.#deps = deps;
    this.#target = request.db.path;
    this.#step = async (step) => {
      deps.onProgress?.(step, null);
      await (deps.onStep ?? noStep)(step);
    };
  }

  async run(): Promise<RestoreReport> {
    const recovered = await recoverSwap(this.#target, this.#at());
    const swapped = await this.#replace();
    this.#deps.onProgress?.('health', null);
    const health = await this.#health();
    const pruneError = await this.#prune();
    const totalMs = performance.now() - this.#startedAt;
    const from = this.#request.candidate.path;
    return {
      from,
      target: this.#target,
      ...swapped,
      recovered,
      totalMs,
      health,
      ...this.#unasked,
      pruneError,
    };
  }

  /** All that can be undone. Once the swap record is gone, the restored database is the one that counts. */
  async #replace(): Promise<Pick<RestoreReport, 'sizeBytes' | 'aside' | 'current' | 'downMs'>> {
    try {
      await this.#step('locked');
      const sizeBytes = await this.#build();
      await this.#step('built');
      const current = (await fileId(this.#target)) === null ? 'absent' : (await inspectCurrent(this.#target)).state;
      const downAt = performance.now();
      const aside = await this.#swap(current);
      await this.#start();
      const downMs = performance.now() - downAt;
      await removeSwapRecord(this.#target);
      return { sizeBytes, aside, current, downMs };
    } catch (thrown) {
      throw await this.#undo(asOpsError(thrown));
    }
  }

  #at() {
    return { nowMs: this.#deps.now(), zone: this.#deps.zone };
  }

  get #restoring(): string {
    return `${this.#target}.restoring`;
  }

  async #build(): Promise<number> {
    const { candidate, next, db } = this.#request;
    const { onProgress } = this.#deps;
    const build: BuildRequest = {
      candidate,
      target: this.#restoring,
      requiredTables: db.requiredTables,
      ...(onProgress && { onProgress: (done: number) => onProgress('built', done) }),
    };
    try {
      const sizeBytes = await buildRestored(build);
      await keepOwner(this.#target, this.#restoring);
      return sizeBytes;
    } catch (thrown) {
      const error = asOpsError(thrown);
      if (error.code !== 'RESTORE_CANDIDATE_BAD') throw error;
      throw namingNext(error, await firstGood(next, build));
    }
  }

  /** From the stop to the new file in its place. @returns the set's base, or null when there was none. */
  async #swap(current: RestoreReport['current']): Promise<string | null> {
    this.#service = 'told-to-stop';
    await this.#deps.service?.stop();
    await this.#step('stopped');
    this.#unasked = await requireFree(this.#target);
    await this.#step('free');
    const folder = path.dirname(this.#target);
    const kind = current === 'corrupt' ? 'corrupted' : 'pre_restore';
    const aside = path.join(folder, asideName(path.basename(this.#target), kind, this.#at(), await readdir(folder)));
    const restoringId = await fileId(this.#restoring);
    if (!restoringId) throw new OpsError('RESTORE_FAILED', `${this.#restoring} vanished`);
    const record = { target: this.#target, restoring: this.#restoring, restoringId, aside };
    await writeSwapRecord(record);
    this.#record = record;
    await this.#step('recorded');
    await setAside(record);
    await this.#step('aside');
    await placeRestored(record);
    await this.#step('placed');
    return current === 'absent' ? null : aside;
  }

  async #start(): Promise<void> {
    await this.#deps.service?.start();
    await this.#step('started');
  }

  /** Nothing can be undone any more: who cannot say that the service is healthy has not seen it healthy. */
  async #health(): Promise<RestoreReport['health']> {
    if (!this.#deps.service) return { state: 'no-service' };
    try {
      const { healthy, detail } = await this.#deps.service.waitHealthy();
      return { state: healthy ? 'healthy' : 'not-healthy', detail };
    } catch (thrown) {
      return { state: 'not-healthy', detail: asOpsError(thrown).message };
    }
  }

  async #prune(): Promise<string | null> {
    try {
      await pruneSets(this.#target, this.#at(), this.#request.candidate.path);
      return null;
    } catch (thrown) {
      return asOpsError(thrown).message;
    }
  }

  /** Puts everything back as it was and returns the error to throw. */
  async #undo(error: OpsError): Promise<OpsError> {
    try {
      if (this.#record) {
        await this.#deps.service?.stop();
        await requireFree(this.#target);
        await putBack(this.#record, this.#at());
        await removeSwapRecord(this.#target);
      }
      await rm(this.#restoring, { force: true });
      if (this.#service === 'told-to-stop') await this.#deps.service?.start();
      return error.code === 'UNEXPECTED' ? failed(`${error.message}; the old database is in place`, error) : error;
    } catch (thrown) {
      const why = asOpsError(thrown).message;
      return failed(`${error.message}; and undoing it failed: ${why}`, error, {
        hint: `The old set lies at ${this.#record?.aside ?? this.#target}. Run the restore again: it first ends this one.`,
      });
    }
  }
}

const failed = (message: string, cause: unknown, options: { hint?: string } = {}) =>
  new OpsError('RESTORE_FAILED', message, { cause, ...options });

/** Owner, group and mode of the database it replaces; of a new one, the folder's owner. */
async function keepOwner(target: string, restoring: string): Promise<void> {
  const old = await stat(target).catch((error: unknown) => {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  });
  const { uid, gid } = old ?? (await stat(path.dirname(target)));
  await chmod(restoring, old ? old.mode & 0o7777 : 0o640);
  const made = await stat(restoring);
  if (made.uid !== uid || made.gid !== gid) await chown(restoring, uid, gid);
}
