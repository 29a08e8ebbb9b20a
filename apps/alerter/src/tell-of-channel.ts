import type { Producer } from '@yoban/shared/bus/producer';
import { isoTime } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { ChannelNote } from './channels/channel.ts';

interface TellDeps {
  producer: Producer;
  log: Log;
  /** The service under which the kit's own alerts stand. */
  service: string;
}

/** Says what a receiver tells of itself: in the log, and as an alert of the kit, so that people hear of it over another channel. */
export function tellOfChannel(channel: string, { producer, log, service }: TellDeps): (note: ChannelNote) => void {
  return ({ state, used, limit, until }) => {
    const fields = { event: `channel.quota_${state}`, channel, used, limit, until: isoTime(until) };
    if (state === 'ok') log.info(fields);
    else log.warn(fields);
    const at = isoTime(Date.now());
    // One a day and state: it is told again while it lasts, and a repeat of the day is nothing new.
    const id = `channel-quota-${channel}-${state}-${at.slice(0, 10)}`;
    const event = {
      id,
      kind: state === 'ok' ? ('clear' as const) : ('raise' as const),
      level: 'warning' as const,
      service,
      alertType: 'channel_quota',
      at,
      params: { channel, used, limit, exhausted: state === 'exhausted' },
      lastError: null,
      incidentId: null,
    };
    producer.add('alertEvent', id, event).catch((error: unknown) => {
      log.warn({ event: 'channel.note_lost', channel, state, err: error });
    });
  };
}
