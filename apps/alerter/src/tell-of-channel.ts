import type { Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { ChannelNote } from './channels/channel.ts';

interface TellDeps {
  producer: Pick<Producer, 'add'>;
  log: Log;
  stop: StopStack;
  /** The service under which the kit's own alerts stand. */
  service: string;
}

/** Hears what the receiver of a channel tells of itself. */
export type TellOfChannel = (channel: string, note: ChannelNote) => void;

const retryMs = 1_000;

/**
 * Says what receivers tell of themselves: in the log, and as an alert of the kit, so that people hear of it over another channel.
 * The newest of each channel is kept until the bus takes it; no store has it, since a receiver that is asked again says it again.
 */
export function startTellingOfChannels({ producer, log, stop, service }: TellDeps): TellOfChannel {
  const sinceOf = createSince();
  const waiting = new Map<string, AlertEvent>();
  const look = async () => {
    for (const [channel, event] of waiting) {
      await producer.add('alertEvent', event.id, event);
      // A newer one may have come meanwhile.
      if (waiting.get(channel) === event) waiting.delete(channel);
    }
    return null;
  };
  const loop = createNudgedLoop({
    look,
    retryMs,
    onAway: (error) => log.warn({ event: 'channel.note_waits', code: asOpsError(error).code, err: error }),
  });
  stop.push('channel notes', () => {
    // Not waited for: without Redis the look under way would not end.
    void loop.stop();
  });
  return (channel, note) => {
    const { state, used, limit, until } = note;
    const fields = { event: `channel.quota_${state}`, channel, used, limit, until: isoTime(until) };
    log[state === 'ok' ? 'info' : 'warn'](fields);
    const now = Date.now();
    waiting.set(channel, eventOf(channel, note, { service, now, since: sinceOf(channel, state, now) }));
    loop.nudge();
  };
}

/** When a channel came into the state it is in, epoch ms. */
function createSince(): (channel: string, state: ChannelNote['state'], now: number) => number {
  const last = new Map<string, { state: ChannelNote['state']; since: number }>();
  return (channel, state, now) => {
    const known = last.get(channel);
    if (known?.state === state) return known.since;
    // Two changes within one millisecond are two.
    const since = Math.max(now, (known?.since ?? 0) + 1);
    last.set(channel, { state, since });
    return since;
  };
}

interface Told {
  service: string;
  now: number;
  since: number;
}

function eventOf(channel: string, { state, used, limit }: ChannelNote, { service, now, since }: Told): AlertEvent {
  const at = isoTime(now);
  return {
    // One a day and change: it is told again while it lasts, and a repeat of the day is nothing new; the same state once more is.
    id: `channel-quota-${channel}-${state}-${since}-${at.slice(0, 10)}`,
    kind: state === 'ok' ? 'clear' : 'raise',
    level: 'warning',
    service,
    alertType: 'channel_quota',
    at,
    params: { channel, used, limit, exhausted: state === 'exhausted' },
    lastError: null,
    incidentId: null,
  };
}
