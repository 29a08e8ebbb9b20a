import { isoTime } from '@yoban/shared/contracts/time';
import type { ProofOptions, ProofRow, TimelineEntry } from '../harness/proof.ts';
import { makeArena } from './alerts/arena.ts';
import { endS, play, realTimeActs, takenEntries, windowMs } from './alerts/real-time-acts.ts';
import { realTimeRows } from './alerts/real-time-judge.ts';
import type { Receiver } from './alerts/receivers.ts';
import type { Take } from './alerts/take.ts';

/** Channels of the run, at their own pace: what a person would set up. */
const kinds: readonly string[] = ['slack', 'smtp', 'line', 'webhook'];
/** So much must be left of the window that the run begins in. */
const leadMs = 60_000;

/**
 * Two whole windows of 15 minutes on the real clock, with the configuration's defaults: 31 to 46 minutes. What every receiver got
 * and when becomes the record.
 */
export async function realTimeAlerts({ say }: ProofOptions): Promise<{ rows: ProofRow[]; timeline: TimelineEntry[] }> {
  const arena = await makeArena({ sabotage: null, configOf: usualConfig, kinds });
  const timeline: TimelineEntry[] = [];
  try {
    const boundary = Math.ceil((Date.now() + leadMs) / windowMs) * windowMs;
    say(
      `windows end at ${[0, 1, 2].map((n) => isoTime(boundary + n * windowMs)).join(', ')}; done at ${isoTime(boundary + endS * 1_000)}`,
    );
    const note = (who: string, text: string) => void timeline.push({ at: isoTime(Date.now()), who, text });
    const stage = { arena, boundary, note };
    for (const n of [0, 1, 2])
      timeline.push({ at: isoTime(boundary + n * windowMs), who: 'clock', text: 'a window ends' });
    await play([...realTimeActs(stage), { atS: endS, what: '', act: () => undefined }], stage);
    const takes: Record<string, readonly Take[]> = Object.fromEntries(
      arena.receivers.map((receiver) => [receiver.kind, receiver.takes()]),
    );
    const all = [...timeline, ...takenEntries(arena)].sort((a, b) => a.at.localeCompare(b.at));
    return { rows: realTimeRows({ boundary, takes }), timeline: all };
  } finally {
    await arena.stop();
  }
}

function usualConfig(receivers: readonly Receiver[]): object {
  return {
    version: 1,
    timezone: 'UTC',
    locale: 'en',
    alerts: {
      channels: Object.fromEntries(receivers.map(({ kind, channel }) => [kind, { kind, ...channel }])),
      routes: { critical: kinds, warning: ['slack', 'webhook'], info: ['slack', 'webhook'] },
    },
  };
}
