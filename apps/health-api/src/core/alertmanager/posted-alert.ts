import type { AlertLevel } from '@yoban/shared/contracts/alert';
import { MINUTE } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { plainLine } from '../plain-line.ts';
import { labelFingerprint } from './label-fingerprint.ts';

/** One alert as a sender in Alertmanager's API told it. Times are epoch ms. */
export interface PostedAlert {
  fingerprint: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: number;
  /** In the past: it is over. */
  endsAt: number;
  generatorUrl: string;
  service: string;
  alertType: string;
  level: AlertLevel;
}

export interface PostedProblem {
  /** Where in the body, e.g. `3.endsAt`. */
  path: string;
  message: string;
}

/** A sender that names no end takes an alert for over after this, unless it sends it again (Alertmanager's resolve_timeout). */
const resolveTimeoutMs = 5 * MINUTE;
const labelsMax = 64;
const nameMaxChars = 200;
/** Names of an alert that its sender gave neither a service nor a job nor an instance, or no alertname. */
const nobody = { service: 'outside', alertType: 'alert' };

const Texts = z.record(z.string(), z.string());
const Entry = z.object({
  labels: Texts,
  annotations: Texts.nullish(),
  startsAt: z.string().nullish(),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
});

/** Every entry of a list: the good ones, and what is wrong with the others. `now` is epoch ms. */
export function readPostedAlerts(
  entries: readonly unknown[],
  now: number,
): { alerts: PostedAlert[]; problems: PostedProblem[] } {
  const alerts: PostedAlert[] = [];
  const problems: PostedProblem[] = [];
  entries.forEach((entry, at) => {
    const read = readEntry(entry, now);
    if ('alert' in read) alerts.push(read.alert);
    else problems.push({ path: [at, ...read.path].join('.'), message: read.message });
  });
  return { alerts, problems };
}

type Read = { alert: PostedAlert } | { path: readonly PropertyKey[]; message: string };

function readEntry(entry: unknown, now: number): Read {
  const parsed = Entry.safeParse(entry);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { path: issue?.path.map(String) ?? [], message: issue?.message ?? 'is no alert' };
  }
  const labels = withoutEmpty(parsed.data.labels);
  const problem = labelProblem(labels);
  if (problem) return { path: ['labels'], message: problem };
  const endsAt = readTime(parsed.data.endsAt);
  const startsAt = readTime(parsed.data.startsAt);
  if (Number.isNaN(endsAt)) return { path: ['endsAt'], message: 'is no time such as 2026-03-11T06:30:00Z' };
  if (Number.isNaN(startsAt)) return { path: ['startsAt'], message: 'is no time such as 2026-03-11T06:30:00Z' };
  const times = { startsAt: startsAt ?? Math.min(endsAt ?? now, now), endsAt: endsAt ?? now + resolveTimeoutMs };
  if (times.endsAt < times.startsAt) return { path: ['endsAt'], message: 'start time must be before end time' };
  return {
    alert: {
      fingerprint: labelFingerprint(labels),
      labels,
      annotations: withoutEmpty(parsed.data.annotations ?? {}),
      ...times,
      generatorUrl: parsed.data.generatorURL ?? '',
      ...namesOf(labels),
      level: levelOf(labels.severity),
    },
  };
}

const withoutEmpty = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== ''));

function labelProblem(labels: Record<string, string>): string | null {
  const names = Object.keys(labels);
  if (names.length === 0) return 'at least one label pair required';
  if (names.length > labelsMax) return `at most ${labelsMax} labels`;
  const wrong = names.find((name) => !/^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/.test(name));
  return wrong === undefined ? null : `invalid label name "${plainLine(wrong, 50)}"`;
}

/** Null where none is given: Go sends the first moment of year 1 for "none". NaN where it is no time. */
function readTime(text: string | null | undefined): number | null {
  if (!text || text.startsWith('0001-01-01T00:00:00')) return null;
  return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
}

function namesOf(labels: Record<string, string>): { service: string; alertType: string } {
  const { service, job, instance, alertname } = labels;
  const named = (text: string | undefined) => plainLine(text ?? '', nameMaxChars);
  return {
    service: named(service) || named(job) || named(instance) || nobody.service,
    alertType: named(alertname) || nobody.alertType,
  };
}

/** Senders have words of their own for how bad it is; one that nobody knows is a WARNING and never dropped. */
export function levelOf(severity: string | undefined): AlertLevel {
  switch (severity?.trim().toLowerCase()) {
    case 'critical':
    case 'page':
    case 'error':
      return 'critical';
    case 'info':
    case 'none':
      return 'info';
    default:
      return 'warning';
  }
}
