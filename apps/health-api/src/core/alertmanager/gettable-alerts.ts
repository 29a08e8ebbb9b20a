import { alertText } from '@yoban/shared/alerts/alert-text';
import type { Locale } from '@yoban/shared/config/fields';
import type { AlertLevel, AlertRecord } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { type KnownSilence, silencedBy } from '../known-silence.ts';
import { labelFingerprint } from './label-fingerprint.ts';
import { fires, type OutsideAlert } from './step-posted.ts';

/** One alert as Alertmanager's API answers it. */
export interface GettableAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  updatedAt: string;
  generatorURL: string;
  fingerprint: string;
  receivers: { name: string }[];
  status: { state: 'active' | 'suppressed'; silencedBy: string[]; inhibitedBy: string[]; mutedBy: string[] };
}

export interface GettableContext {
  outside: readonly OutsideAlert[];
  /** The alerter's records. */
  records: Iterable<AlertRecord>;
  silences: readonly KnownSilence[];
  /** Names of the channels that such an alert goes to. */
  channelsOf: (service: string, level: AlertLevel) => readonly string[];
  locale: Locale;
  /** Epoch ms. */
  now: number;
}

/** An alert of our own has no end while it is open; the API wants one, and Alertmanager's own would be five minutes ahead. */
const openEndMs = 5 * MINUTE;

/** All alerts that fire: those posted from outside as they were posted, and the kit's own. In the order of their fingerprints. */
export function gettableAlerts(context: GettableContext): GettableAlert[] {
  const open = new Map([...context.records].filter(isOpen).map((record) => [keyOf(record), record]));
  const outside = context.outside.filter((one) => fires(one, context.now));
  const posted = new Set(outside.map(keyOf));
  const own = [...open.values()].filter((record) => !posted.has(keyOf(record)));
  return [
    ...outside.map((alert) => ofPosted(alert, open.get(keyOf(alert)) ?? null, context)),
    ...own.map((record) => ofRecord(record, context)),
  ].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

const isOpen = ({ state }: AlertRecord): boolean => state === 'open' || state === 'acked';
const keyOf = (one: { service: string; alertType: string }): string => JSON.stringify([one.service, one.alertType]);

function ofPosted(alert: OutsideAlert, record: AlertRecord | null, context: GettableContext): GettableAlert {
  const { labels, annotations, startsAt, endsAt, updatedAt, generatorUrl, fingerprint } = alert;
  return {
    labels,
    annotations,
    startsAt: isoTime(startsAt),
    endsAt: isoTime(endsAt),
    updatedAt: isoTime(updatedAt),
    generatorURL: generatorUrl,
    fingerprint,
    ...fateOf(alert, record, context),
  };
}

function ofRecord(record: AlertRecord, context: GettableContext): GettableAlert {
  const { service, alertType, level, raisedAt } = record;
  const labels = { ...record.labels, alertname: alertType, service, severity: record.labels.severity ?? level };
  const { title, cause } = alertText(record, context.locale);
  return {
    labels,
    annotations: { summary: title, description: cause },
    startsAt: raisedAt,
    endsAt: isoTime(context.now + openEndMs),
    updatedAt: isoTime(context.now),
    generatorURL: '',
    fingerprint: labelFingerprint(labels),
    ...fateOf({ ...record, labels }, record, context),
  };
}

function fateOf(
  alert: { service: string; alertType: string; level: AlertLevel; labels: Record<string, string> },
  record: AlertRecord | null,
  { silences, channelsOf, now }: GettableContext,
): Pick<GettableAlert, 'receivers' | 'status'> {
  const silenced = silencedBy(silences, alert, now);
  const inhibitedBy = record?.hiddenBy ? [record.hiddenBy] : [];
  const state = silenced.length + inhibitedBy.length > 0 ? 'suppressed' : 'active';
  return {
    receivers: channelsOf(alert.service, alert.level).map((name) => ({ name })),
    status: { state, silencedBy: silenced, inhibitedBy, mutedBy: [] },
  };
}
