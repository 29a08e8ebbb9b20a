import type { BackupTrigger } from '@yoban/shared/contracts/backup';
import type { Catalog, RunKey, RunRow } from './catalog.ts';
import { holderState, ownIdentity } from './process-identity.ts';

export interface Claim extends RunKey {
  trigger: BackupTrigger;
  /** Epoch ms. */
  nowMs: number;
}

export type ClaimResult =
  | { claimed: true; run: RunRow }
  /** Somebody did it already, or is at it now: the second trigger of one due time is harmless (B9). */
  | { claimed: false; reason: 'done' | 'running'; run: RunRow };

/** A holder in another container cannot be asked whether it lives; no run takes this long. */
const foreignLeaseMs = 15 * 60_000;

/**
 * Takes a (database, tier, due time) for this process, exactly once whoever asks at the same time. A failed run may be
 * tried again; a run whose process died is taken over.
 */
export async function claimRun(catalog: Catalog, claim: Claim): Promise<ClaimResult> {
  const holder = await ownIdentity();
  for (;;) {
    const seen = catalog.run(claim);
    if (seen && !(await mayTake(seen, claim.nowMs))) {
      return { claimed: false, reason: seen.state === 'ok' ? 'done' : 'running', run: seen };
    }
    const run = {
      id: crypto.randomUUID(),
      db: claim.db,
      tier: claim.tier,
      dueAtMs: claim.dueAtMs,
      trigger: claim.trigger,
      holder,
      startedAtMs: claim.nowMs,
      attempt: (seen?.attempt ?? 0) + 1,
    };
    const took = catalog.db
      .transaction(() => {
        const now = catalog.run(claim);
        if (now?.id !== seen?.id || now?.state !== seen?.state) return false;
        catalog.insertRun(run);
        return true;
      })
      .immediate();
    if (took) return { claimed: true, run: { ...run, state: 'running', prepared: null, fileId: null } };
  }
}

async function mayTake(run: RunRow, nowMs: number): Promise<boolean> {
  return run.state === 'failed' || isAbandoned(run, nowMs);
}

/** True when nobody works on this run any more, though it never ended. */
export async function isAbandoned(run: RunRow, nowMs: number): Promise<boolean> {
  if (run.state !== 'running') return false;
  const state = await holderState(run.holder);
  return state === 'dead' || (state === 'unknown' && nowMs - run.startedAtMs > foreignLeaseMs);
}
