import type { ProbeAround } from './policy-probe.ts';

const hourMs = 3_600_000;

/**
 * Restarts within the last hour, as far back as we have looked. The supervisor's own count is asked for only when another
 * process runs than before: asking pm2 costs a program. One that keeps no count gets ours. Rejects as the supervisor does.
 */
export function createRestartMeter({ supervisor, process, now }: ProbeAround): () => Promise<number> {
  let last: string | null = null;
  let ownCount = 0;
  let counts: { at: number; total: number }[] = [];
  const take = (total: number) => {
    const before = counts.at(-1)?.total;
    if (total === before) return;
    // Somebody set it back to nought: what was counted before cannot be compared with it.
    if (before !== undefined && total < before) counts = [];
    counts.push({ at: now(), total });
  };
  return async () => {
    const running = process();
    const who = running ? `${running.pid}/${running.startTicks}` : null;
    if (who === null || who !== last) {
      if (who !== null && last !== null) ownCount += 1;
      take((await supervisor.describe()).restarts ?? ownCount);
    }
    last = who ?? last;
    const old = counts.findLast(({ at }) => now() - at >= hourMs);
    counts = counts.filter((one) => one === old || now() - one.at < hourMs);
    return (counts.at(-1)?.total ?? 0) - (counts[0]?.total ?? 0);
  };
}
