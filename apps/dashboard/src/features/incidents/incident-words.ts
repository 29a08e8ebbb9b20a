import { alertText } from '@yoban/shared/alerts/alert-text';
import { isAlertType } from '@yoban/shared/alerts/catalogue';
import type { Incident } from '@yoban/shared/contracts/incident';
import { MINUTE } from '@yoban/shared/contracts/time';
import type { Locale, Messages } from '../../i18n/messages.ts';
import { duration, latencyText } from '../../lib/format.ts';

/** Tenths of a second count under a minute: that is where the goals lie. */
export const spanText = (ms: number, locale: Locale): string =>
  ms < MINUTE ? latencyText(ms, locale) : duration(ms, locale, 2);

/** The fault in the reader's language where the catalogue knows it, else its name in the policy. */
export const faultText = ({ fault }: Incident, locale: Locale): string =>
  isAlertType(fault) ? alertText({ alertType: fault, params: {}, state: 'open' }, locale).title : fault;

/** What is known beyond the fault's name. */
export const causeText = ({ cause, lastError }: Incident): string =>
  [cause, lastError].filter((text) => text !== null && text !== '').join(' · ');

export function whoEnded(recoveredBy: string | null, words: Messages): string {
  if (recoveredBy === null) return '–';
  const names: Record<string, string> = {
    supervisor: words.bySupervisor,
    yoban: words.byYoban,
    operator: words.byOperator,
    'by-itself': words.byNobody,
  };
  return names[recoveredBy] ?? recoveredBy;
}

/** The four phases that S3 names; others go by their own name. */
export function phaseText(name: string, words: Messages): string {
  const names: Record<string, string> = {
    process_up: words.phaseProcess,
    viewers_synced: words.phaseViewers,
    stream_up: words.phaseStream,
    platforms_fresh: words.phasePlatforms,
  };
  return names[name] ?? name;
}
