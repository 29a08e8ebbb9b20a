import type { Silence, SilenceState, SilenceView } from '@yoban/shared/contracts/silence';
import { isoTime } from '@yoban/shared/contracts/time';
import { matchesAll } from './alertmanager/label-filter.ts';

/** A silence as the alerter told it last; `updatedAt` is when, epoch ms. */
export interface KnownSilence {
  silence: Silence;
  state: SilenceState;
  updatedAt: number;
}

/** Its state at `now` (epoch ms). The alerter tells each change too, but the clock knows it first; one that is over stays over. */
export function silenceStateAt({ silence, state }: KnownSilence, now: number): SilenceState {
  if (state === 'expired' || now >= Date.parse(silence.endsAt)) return 'expired';
  return now >= Date.parse(silence.startsAt) ? 'active' : 'pending';
}

/** As it is shown. */
export const silenceView = (known: KnownSilence, now: number): SilenceView => ({
  ...known.silence,
  state: silenceStateAt(known, now),
  updatedAt: isoTime(known.updatedAt),
});

/** What a silence is compared with: the names of an alert beside its labels. */
export interface SilenceSubject {
  service: string;
  alertType: string;
  level: string;
  labels: Readonly<Record<string, string>>;
}

/** Ids of the silences that hold at `now` and match. */
export function silencedBy(silences: Iterable<KnownSilence>, subject: SilenceSubject, now: number): string[] {
  const { service, alertType, level, labels } = subject;
  // A sender's own word for the severity, such as `page`, goes before ours.
  const named = { severity: level, ...labels, service, alertType, alertname: alertType, level };
  return [...silences]
    .filter((one) => silenceStateAt(one, now) === 'active' && matchesAll(one.silence.matchers, named))
    .map((one) => one.silence.id);
}
