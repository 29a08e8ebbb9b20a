import type { BackupOverview, BackupRun } from '@yoban/shared/contracts/backup';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';

/** A backup asked for by hand. `beforeRunId` is the newest run at that moment: a newer one is the answer. */
export type BackupRequest =
  | { kind: 'idle' }
  | { kind: 'asking'; db: string }
  | { kind: 'running'; db: string; requestId: string; beforeRunId: string | null; sinceMs: number }
  | { kind: 'done'; run: BackupRun; atMs: number }
  | { kind: 'slow'; atMs: number }
  | { kind: 'refused'; why: string; atMs: number };

const SLOW_AFTER_MS = 2 * MINUTE;
/** A result or a refusal stays readable this long, then the button is free again. */
export const SHOWN_FOR_MS = 12 * SECOND;

/** What has become of the request, seen from the newest overview. Pure, so that it can be asked on every drawing. */
export function followRequest(request: BackupRequest, overview: BackupOverview | null, nowMs: number): BackupRequest {
  switch (request.kind) {
    case 'idle':
    case 'asking':
      return request;
    case 'running': {
      const run = overview?.lastRun ?? null;
      const answered = run !== null && (run.id === request.requestId || run.id !== request.beforeRunId);
      if (answered) return { kind: 'done', run, atMs: nowMs };
      return nowMs - request.sinceMs > SLOW_AFTER_MS ? { kind: 'slow', atMs: nowMs } : request;
    }
    case 'done':
    case 'slow':
    case 'refused':
      return nowMs - request.atMs > SHOWN_FOR_MS ? { kind: 'idle' } : request;
    default:
      return request satisfies never;
  }
}
