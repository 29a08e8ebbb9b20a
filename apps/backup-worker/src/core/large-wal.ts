import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';

export interface WalLook {
  db: string;
  service: string;
  /** 0 where there is none. */
  sizeBytes: number;
  limitBytes: number;
  /** Epoch ms. */
  now: number;
}

export interface WalTelling {
  /** The service's databases whose log is over its limit after this look. */
  large: string[];
  event: AlertEvent | null;
}

/** B2: a WAL over its limit is a WARNING of its service, over when no database of the service has one any more. */
export function tellWal(look: WalLook, before: readonly string[]): WalTelling {
  const others = before.filter((name) => name !== look.db);
  if (look.sizeBytes > look.limitBytes)
    return { large: [...others, look.db], event: before.length === 0 ? eventOf(look, 'raise') : null };
  return { large: others, event: before.length > 0 && others.length === 0 ? eventOf(look, 'clear') : null };
}

const eventOf = ({ db, service, sizeBytes, limitBytes, now }: WalLook, kind: 'raise' | 'clear'): AlertEvent => ({
  ...{ id: `${db}-wal-${kind}-${now}`, kind, level: 'warning', alertType: 'wal_large' },
  ...{ service, at: isoTime(now), lastError: null, incidentId: null },
  params: { db, sizeMb: sizeBytes / 1_000_000, limitMb: limitBytes / 1_000_000 },
});
