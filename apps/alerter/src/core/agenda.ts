import { type AlertRef, alertKey, alertOfKey } from './alert-key.ts';

/** Something that is to be looked at when its time has come. Its name is its place on the agenda. */
export type Appointment =
  | { kind: 'alert'; ref: AlertRef }
  | { kind: 'summary'; service: string }
  | { kind: 'fold'; service: string }
  | { kind: 'digest'; channel: string }
  | { kind: 'silences' };

export function appointmentName(one: Appointment): string {
  switch (one.kind) {
    case 'alert':
      return `alert:${alertKey(one.ref)}`;
    case 'summary':
    case 'fold':
      return `${one.kind}:${one.service}`;
    case 'digest':
      return `digest:${one.channel}`;
    case 'silences':
      return 'silences:';
    default:
      return one satisfies never;
  }
}

/** Null for a name that nobody gave. */
export function appointmentOf(name: string): Appointment | null {
  const [, kind, rest = ''] = /^(alert|summary|fold|digest|silences):(.*)$/s.exec(name) ?? [];
  switch (kind) {
    case 'alert': {
      const ref = alertOfKey(rest);
      return ref && { kind, ref };
    }
    case 'summary':
    case 'fold':
      return rest === '' ? null : { kind, service: rest };
    case 'digest':
      return rest === '' ? null : { kind, channel: rest };
    case 'silences':
      return { kind };
    default:
      return null;
  }
}

/** Names of the sets that say which alerts an appointment, or the end of what holds them back, is about. */
export const alertSets = {
  summary: (service: string): string => `watch:${service}`,
  digest: (channel: string): string => `digest:${channel}`,
  silence: (id: string): string => `held:silence:${id}`,
  parent: (key: string): string => `held:parent:${key}`,
};
