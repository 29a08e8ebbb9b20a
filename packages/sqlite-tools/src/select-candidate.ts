import type { RestoreCandidate } from './restore-candidates.ts';

export type RestoreSelector =
  | { kind: 'latest' }
  /** Epoch ms: the newest one taken at or before it. */
  | { kind: 'at'; atMs: number }
  | { kind: 'file'; path: string };

export type Selection =
  | { found: true; candidate: RestoreCandidate; next: RestoreCandidate[] }
  | { found: false; reason: 'no-backup' | 'none-so-early' | 'not-in-folder' };

/** Which candidate a selector means, and which ones come after it should it turn out bad (R1, R2). `candidates`: newest first. */
export function selectCandidate(candidates: readonly RestoreCandidate[], selector: RestoreSelector): Selection {
  const good = candidates.filter((candidate) => candidate.state !== 'bad');
  if (selector.kind === 'file') {
    const candidate = candidates.find(({ path }) => path === selector.path);
    if (!candidate) return { found: false, reason: 'not-in-folder' };
    const older = good.filter((other) => other !== candidate && other.takenAtMs <= candidate.takenAtMs);
    const newer = good.filter((other) => other !== candidate && other.takenAtMs > candidate.takenAtMs);
    return { found: true, candidate, next: [...older, ...newer] };
  }
  const fitting = selector.kind === 'latest' ? good : good.filter(({ takenAtMs }) => takenAtMs <= selector.atMs);
  const [candidate, ...next] = fitting;
  if (candidate) return { found: true, candidate, next };
  return { found: false, reason: good.length === 0 ? 'no-backup' : 'none-so-early' };
}

/** The list that `restore` shows without an argument: the newest `perTier` of each tier, newest first (R1). */
export function shortList(candidates: readonly RestoreCandidate[], perTier = 5): RestoreCandidate[] {
  const counts = new Map<string | null, number>();
  return candidates.filter(({ tier }) => {
    const count = (counts.get(tier) ?? 0) + 1;
    counts.set(tier, count);
    return count <= perTier;
  });
}
