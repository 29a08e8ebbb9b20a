import { OpsError } from '@yoban/shared/errors';
import { type RestoreReport, restore } from '@yoban/sqlite-tools/restore';
import type { CommandContext } from '../command.ts';
import type { PickedDatabase } from '../pick-database.ts';
import { showWorking } from '../show-working.ts';
import type { ChosenCandidate } from './choose-candidate.ts';
import { findGuard } from './find-guard.ts';
import { takeServiceLock } from './take-service-lock.ts';
import { tellRestored } from './tell-restored.ts';

export interface StepTime {
  step: keyof CommandContext['words']['restore']['steps'];
  durationMs: number;
}

/** What `restore --json` prints. */
export interface LiveReport {
  db: string;
  restoredFrom: string;
  target: string;
  setAside: string | null;
  current: RestoreReport['current'];
  recovered: RestoreReport['recovered'];
  sizeBytes: number;
  steps: StepTime[];
  health: RestoreReport['health'];
  /** Processes of other users that could not be asked whether they have the database open. */
  processesNotAsked: number;
  /** Why other containers could not be asked whether they have the database open; null when they were. */
  outsideNotAsked: string | null;
  /** Why old sets were left over; null when none was. */
  pruneError: string | null;
  pidBefore: number | null;
  pidAfter: number | null;
  downMs: number;
  totalMs: number;
  /** Whether the bus took the message about it. */
  told: boolean;
}

/**
 * Puts a candidate in the place of the live database (R3), with its service stopped and started around it under announced
 * maintenance. @throws OpsError as `restore` of sqlite-tools; RESTORE_NOT_HEALTHY with the report in `fields.report`.
 */
export async function restoreLive(
  context: CommandContext,
  picked: PickedDatabase,
  { candidate, next }: ChosenCandidate,
): Promise<LiveReport> {
  const { io, out, words, found } = context;
  const { kit } = found();
  const { db } = picked;
  // A service that was stopped must be started again, whoever wants this command to end.
  io.deferEnd();
  const lock = db.service === null ? null : await takeServiceLock(context, db.service);
  const guard = await findGuard(context, picked).catch((error: unknown) => {
    lock?.release();
    throw error;
  });
  const steps: StepTime[] = [];
  let since = performance.now();
  const pass = (step: StepTime['step']) => {
    steps.push({ step, durationMs: Math.round(performance.now() - since) });
    since = performance.now();
    out.note(`  ${words.restore.steps[step]}`);
  };
  try {
    const done = await showWorking(out, words, () =>
      restore(
        { db: { name: db.name, path: db.path, requiredTables: db.requiredTables }, candidate, next },
        {
          ...{ locksDir: kit.paths.locks, zone: kit.config.timezone, now: io.now, service: guard },
          onProgress: (phase, doneBytes) => {
            const idle = guard === null && (phase === 'stopped' || phase === 'started');
            if (doneBytes === null && phase !== 'health' && !idle) pass(phase);
          },
        },
      ),
    );
    if (done.health.state !== 'no-service') pass('health');
    if (done.processesNotAsked > 0) out.note(words.restore.notAsked(done.processesNotAsked));
    if (done.outsideNotAsked !== null) out.note(words.restore.outsideNotAsked(done.outsideNotAsked));
    if (done.pruneError !== null) out.note(words.restore.notPruned(done.pruneError));
    const { from, aside, ...rest } = done;
    const pids = { pidBefore: guard?.pidBefore ?? null, pidAfter: (await guard?.pidAfter()) ?? null };
    const report = { db: db.name, restoredFrom: from, setAside: aside, ...rest, ...pids, steps };
    if (done.health.state === 'not-healthy') {
      const message = words.restore.notHealthy(db.service ?? db.name, done.health.detail);
      throw new OpsError('RESTORE_NOT_HEALTHY', message, { fields: { report } });
    }
    return { ...report, told: await tellRestored(context, picked, done) };
  } finally {
    guard?.end();
    lock?.release();
  }
}
