import { link, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { BackupFile, BackupRun, BackupTrigger, Tier } from '@yoban/shared/contracts/backup';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError, hasErrno, OpsError } from '@yoban/shared/errors';
import { applyRotation } from './apply-rotation.ts';
import { fsyncDir, fsyncFile } from './atomic-file.ts';
import { takenNames } from './backup-folder.ts';
import { nextFreeBackupName } from './backup-name.ts';
import type { Catalog, RecordFacts, RunRow } from './catalog.ts';
import { claimRun } from './claim-run.ts';
import { makeBackupFolder } from './make-backup-folder.ts';
import { reconcileCatalog } from './reconcile-catalog.ts';
import type { RotationPolicy } from './rotation.ts';
import { type Snapshot, type SnapshotLimits, snapshot } from './snapshot.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { noStep, type OnStep } from './steps.ts';
import { requireGood, verifyCopy } from './verify.ts';
import { verifyAndPack } from './verify-and-pack.ts';

export const backupSteps = [
  'claimed',
  'pinned',
  'copied',
  'verified',
  'compressed',
  'prepared',
  'named',
  'recorded',
  'rotated',
] as const;
export type BackupStep = (typeof backupSteps)[number];

export interface TakeBackupRequest {
  db: { name: string; path: string; requiredTables: readonly string[] };
  tier: Tier;
  rotation: RotationPolicy;
  gzip: boolean;
  /** Epoch ms; null = a manual run, which stands for its own moment. */
  dueAtMs: number | null;
  trigger: BackupTrigger;
}

export interface TakeBackupDeps {
  catalog: Catalog;
  /** `BACKUP_DIR`, absolute. */
  backupDir: string;
  /** `YOBAN_HOME/run/locks`. */
  locksDir: string;
  zone: string;
  now: () => number;
  /** Called inside the transaction that ends the run, also of a failed one. */
  record: RecordFacts;
  onStep?: OnStep<BackupStep>;
  onProgress?: (phase: 'copy' | 'compress', doneBytes: number, totalBytes: number) => void;
  limits?: SnapshotLimits;
  signal?: AbortSignal;
}

type OkRun = Extract<BackupRun, { state: 'ok' }>;

export type TakeBackupResult =
  /** The backup counts also when clearing old ones failed afterwards. */
  | { outcome: 'ok'; run: OkRun; rotatedOut: number; rotationError: OpsError | null }
  | { outcome: 'failed'; run: Extract<BackupRun, { state: 'failed' }>; error: OpsError }
  | { outcome: 'skipped'; reason: 'done' | 'running' };

/**
 * Takes one backup of a live database: copy, verify, pack, and only then the name (rule 16: a name that exists is a backup that
 * is good). The outcome, the file's row and the caller's facts enter the catalog in one transaction. Killed at any point, it
 * leaves at most a hidden temp file that the next run removes, or a named good file that the next run records.
 * Does not throw for a failed backup: that is the result `failed`, recorded like any other.
 */
export async function takeBackup(request: TakeBackupRequest, deps: TakeBackupDeps): Promise<TakeBackupResult> {
  const step = deps.onStep ?? noStep;
  await reconcileCatalog(deps);
  const startedAtMs = deps.now();
  const claim = await claimRun(deps.catalog, {
    db: request.db.name,
    tier: request.tier,
    dueAtMs: request.dueAtMs ?? startedAtMs,
    trigger: request.trigger,
    nowMs: startedAtMs,
  });
  if (!claim.claimed) return { outcome: 'skipped', reason: claim.reason };
  const job = new BackupJob(request, deps, claim.run);
  try {
    await step('claimed');
    const run = await job.make(step);
    return { outcome: 'ok', run, ...(await rotate(request, deps, step)) };
  } catch (thrown) {
    return await job.fail(asOpsError(translateSqliteError(thrown, request.db.path)));
  } finally {
    await job.cleanUp();
  }
}

async function rotate({ db, tier, rotation }: TakeBackupRequest, deps: TakeBackupDeps, step: OnStep<BackupStep>) {
  try {
    await step('recorded');
    const rotatedOut = await applyRotation(deps, db.name, tier, rotation);
    await step('rotated');
    return { rotatedOut, rotationError: null };
  } catch (error) {
    return { rotatedOut: 0, rotationError: asOpsError(error) };
  }
}

/** What is about to get the name: plain or packed, checked. */
interface ReadyFile {
  file: string;
  sha256: string;
  sizeBytes: number;
  databaseBytes: number;
  verifiedAtMs: number;
}

/** One run: what its steps share is the claim, its folder and its hidden files. */
class BackupJob {
  readonly #request: TakeBackupRequest;
  readonly #deps: TakeBackupDeps;
  readonly #run: RunRow;
  readonly #folder: string;
  readonly #plain: string;
  readonly #packed: string;
  #named: string | null = null;

  constructor(request: TakeBackupRequest, deps: TakeBackupDeps, run: RunRow) {
    this.#request = request;
    this.#deps = deps;
    this.#run = run;
    this.#folder = path.join(deps.backupDir, request.tier);
    this.#plain = path.join(this.#folder, `.yoban-${run.id}.tmp`);
    this.#packed = `${this.#plain}.gz`;
  }

  async make(step: OnStep<BackupStep>): Promise<OkRun> {
    makeBackupFolder(this.#folder, 1);
    await this.#requireSpace();
    let takenAtMs = this.#deps.now();
    const copy = await this.#copy(async () => {
      takenAtMs = this.#deps.now();
      await step('pinned');
    });
    await step('copied');
    const ready = this.#request.gzip ? await this.#pack(step) : await this.#judge(step);
    await step('compressed');
    const file = await this.#name({ from: ready.file, takenAtMs }, step, (name) =>
      this.#describe(name, { ...ready, takenAtMs, copy }),
    );
    const run: BackupRun = { ...this.#outcome(), state: 'ok', file };
    if (this.#deps.catalog.finishRun(run, this.#deps.record)) return run;
    throw new OpsError('BACKUP_INTERRUPTED', `run ${run.id} was taken over by another process`);
  }

  #copy(onPinned: () => Promise<void>): Promise<Snapshot> {
    const { limits, signal, onProgress } = this.#deps;
    return snapshot({
      source: this.#request.db.path,
      target: this.#plain,
      durable: !this.#request.gzip,
      lock: { dir: this.#deps.locksDir, db: this.#request.db.name },
      onPinned,
      ...(limits && { limits }),
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (done: number, total: number) => onProgress('copy', done, total) }),
    });
  }

  async #judge(step: OnStep<BackupStep>): Promise<ReadyFile> {
    const verdict = requireGood(await verifyCopy(this.#plain, this.#request.db.requiredTables), this.#request.db.path);
    const verifiedAtMs = this.#deps.now();
    await step('verified');
    const { sha256, sizeBytes } = verdict;
    return { file: this.#plain, sha256, sizeBytes, databaseBytes: sizeBytes, verifiedAtMs };
  }

  /** The check runs beside the packing, so both steps are behind it when it returns. */
  async #pack(step: OnStep<BackupStep>): Promise<ReadyFile> {
    const { signal, onProgress } = this.#deps;
    const { content, packed } = await verifyAndPack({
      source: this.#plain,
      target: this.#packed,
      subject: this.#request.db.path,
      requiredTables: this.#request.db.requiredTables,
      ...(signal && { signal }),
      ...(onProgress && { onProgress: (done: number, total: number) => onProgress('compress', done, total) }),
    });
    const verifiedAtMs = this.#deps.now();
    await step('verified');
    await rm(this.#plain, { force: true });
    return { file: this.#packed, ...packed, databaseBytes: content.sizeBytes, verifiedAtMs };
  }

  /** Gives the finished file its name, never over another: link(2) fails where the name exists, rename(2) would replace it. */
  async #name(
    { from, takenAtMs }: { from: string; takenAtMs: number },
    step: OnStep<BackupStep>,
    describe: (fileName: string) => BackupFile,
  ): Promise<BackupFile> {
    const { db, tier, gzip } = this.#request;
    const taken = await takenNames(this.#deps.catalog, this.#deps.backupDir, tier);
    await fsyncFile(from);
    for (;;) {
      const name = nextFreeBackupName({ db: db.name, tier, gzip, takenAtMs }, this.#deps.zone, (candidate) =>
        taken.has(candidate),
      );
      const file = describe(name);
      this.#deps.catalog.prepareRun(this.#run.id, file);
      await step('prepared');
      if (await linkNew(from, file.path)) {
        this.#named = file.path;
        await fsyncDir(this.#folder);
        await step('named');
        return file;
      }
      taken.add(name);
    }
  }

  #describe(name: string, facts: Omit<ReadyFile, 'file'> & { takenAtMs: number; copy: Snapshot }): BackupFile {
    return {
      id: this.#run.id,
      db: this.#run.db,
      tier: this.#run.tier,
      path: path.join(this.#folder, name),
      takenAt: isoTime(facts.takenAtMs),
      dueAt: isoTime(this.#run.dueAtMs),
      trigger: this.#run.trigger,
      sizeBytes: facts.sizeBytes,
      databaseBytes: facts.databaseBytes,
      sha256: facts.sha256,
      verifiedAt: isoTime(facts.verifiedAtMs),
      durationMs: this.#deps.now() - this.#run.startedAtMs,
      journalMode: facts.copy.journalMode,
    };
  }

  #outcome() {
    const { id, db, tier, dueAtMs, trigger, startedAtMs } = this.#run;
    const times = { dueAt: isoTime(dueAtMs), startedAt: isoTime(startedAtMs), endedAt: isoTime(this.#deps.now()) };
    return { id, db, tier, trigger, ...times };
  }

  async fail(error: OpsError): Promise<TakeBackupResult> {
    // First, so that a disk which they filled has room for the catalog's word about it.
    await this.cleanUp();
    const { code, message, hint } = error;
    // Nobody would ever count or rotate a named file that the catalog does not know.
    if (this.#named && !this.#deps.catalog.fileAt(this.#named)) await rm(this.#named, { force: true });
    const run: BackupRun = { ...this.#outcome(), state: 'failed', code, message, hint };
    this.#deps.catalog.finishRun(run, this.#deps.record);
    return { outcome: 'failed', run, error };
  }

  async cleanUp(): Promise<void> {
    await rm(this.#plain, { force: true });
    await rm(this.#packed, { force: true });
  }

  /** A copy that cannot fit must not fill the disk first: the application may be writing to the same one. */
  async #requireSpace(): Promise<void> {
    const { size } = await stat(this.#request.db.path);
    const { bavail, bsize } = await statfs(this.#folder);
    const wanted = this.#request.gzip ? size * 2 : size;
    if (bavail * bsize > wanted) return;
    const mb = (bytes: number) => Math.ceil(bytes / 1_048_576);
    throw new OpsError(
      'DISK_FULL',
      `${this.#folder} has ${mb(bavail * bsize)} MB free, the backup of ${this.#request.db.name} needs ${mb(wanted)} MB`,
      { fields: { folder: this.#folder, freeBytes: bavail * bsize, neededBytes: wanted } },
    );
  }
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
}
