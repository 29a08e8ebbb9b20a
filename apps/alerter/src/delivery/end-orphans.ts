import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { OrphanRows } from '../store/orphan-rows.ts';

const retryMs = 1_000;

/**
 * Once after the start: rows of channels that the configuration no longer knows (removed, renamed) are ended as dead, so that
 * their alerts' records do not show them as on their way for ever. A channel that is only left out keeps its rows.
 */
export function endOrphans(
  rows: OrphanRows,
  knownChannels: readonly string[],
  { log, stop }: { log: Log; stop: StopStack },
  onEnded: () => void,
): void {
  const loop = createNudgedLoop({
    look: async () => {
      const orphans = (await rows.channels()).filter((channel) => !knownChannels.includes(channel));
      for (const channel of orphans) {
        const count = await rows.endAll(channel);
        if (count > 0)
          log.error({ event: 'notice.dead', code: 'CHANNEL_REJECTED', reason: 'channel_removed', channel, count });
      }
      if (orphans.length > 0) onEnded();
      return null;
    },
    retryMs,
    onAway: (error) => log.warn({ event: 'orphans.store_away', err: error }),
  });
  // Not waited for: without Redis the look under way would not end.
  stop.push('orphans', () => void loop.stop());
  loop.nudge();
}
