import { alertText } from '@yoban/shared/alerts/alert-text';
import type { Locale } from '@yoban/shared/config/fields';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { BackupRun } from '@yoban/shared/contracts/backup';
import type { Fact } from '@yoban/shared/contracts/fact';
import type { Incident } from '@yoban/shared/contracts/incident';
import { type AlertTransition, alertTransitions, type Severity } from './alert-transitions.ts';

/** One line of `monitoring-events-….json`. Two with one `id` are the same event. */
export interface MonitoringEvent {
  id: string;
  /** ISO time. */
  at: string;
  severity: Severity;
  event: string;
  service: string | null;
  /** Of an alert; null for anything else. */
  alertType: string | null;
  message: string;
  /** The word in brackets of the line in `monitoring-alerts-….log`; null: it has none there. */
  label: string | null;
}

/** What a newer record of an alert has to tell, in one language. */
export function alertEvents(
  before: AlertRecord | null,
  { alert, at }: { alert: AlertRecord; at: string },
  locale: Locale,
): MonitoringEvent[] {
  return alertTransitions(before, alert, at).map((step) => ({
    id: step.id,
    at: step.at,
    severity: step.severity,
    event: `alert.${step.what}`,
    service: alert.service,
    alertType: alert.alertType,
    message: messageOf(step, alert, locale),
    label: labelOf(step, alert),
  }));
}

function messageOf({ what, detail }: AlertTransition, alert: AlertRecord, locale: Locale): string {
  const { title, cause, short } = alertText({ ...alert, state: what === 'recovered' ? 'resolved' : 'open' }, locale);
  if (what === 'recovered') return short;
  if (what === 'acked' || what === 'unacked') return `${title}${detail === null ? '' : ` (${detail})`}`;
  return what === 'notice_dead' ? `${title}: ${detail}` : cause;
}

function labelOf({ what }: AlertTransition, { level }: AlertRecord): string {
  switch (what) {
    case 'recovered':
      return 'RECOVERED';
    case 'acked':
      return 'ACKED';
    case 'unacked':
      return 'UNACKED';
    case 'notice_dead':
      return 'NOT DELIVERED';
    case 'info':
      return 'INFO';
    case 'raised':
    case 'upgraded':
      return level.toUpperCase();
    default:
      return what satisfies never;
  }
}

type Line = Omit<MonitoringEvent, 'label' | 'alertType'>;

/** What another fact has to tell; null where it says nothing that somebody would look for in a day's events. */
export function factEvent(fact: Fact): MonitoringEvent | null {
  const line = lineOf(fact);
  return line && { ...line, alertType: null, label: null };
}

function lineOf(fact: Fact): Line | null {
  switch (fact.type) {
    case 'backup-run':
      return backupLine(fact.run);
    case 'incident':
      return incidentLine(fact.incident);
    case 'silence': {
      const { id, createdBy, comment } = fact.silence;
      const message = `${id} by ${createdBy}: ${comment}`;
      return {
        id: `silence ${fact.id}`,
        at: fact.at,
        severity: 'info',
        event: `silence.${fact.state}`,
        service: null,
        message,
      };
    }
    case 'alert-test': {
      const { id, channel, outcome, detail, at } = fact.test;
      const severity = outcome === 'sent' ? 'info' : 'error';
      const message = detail === null ? channel : `${channel}: ${detail}`;
      return { id: `test ${id} ${channel}`, at, severity, event: `alert_test.${outcome}`, service: null, message };
    }
    case 'alert-audit': {
      const { id, do: what, actor, target, done, reason, at } = fact.audit;
      const message = `${what} ${target ?? 'all'} by ${actor}: ${done ? 'done' : 'not done'}, ${reason}`;
      return { id: `command ${id}`, at, severity: 'info', event: `alert_command.${what}`, service: null, message };
    }
    case 'checks':
    case 'backup-overview':
    case 'alert':
    case 'alerts':
      return null;
    default:
      return fact satisfies never;
  }
}

function backupLine(run: BackupRun): Line {
  const what = `${run.db} ${run.tier}`;
  const head = { id: `backup ${run.id} ${run.state}`, at: run.endedAt, service: null };
  return run.state === 'ok'
    ? { ...head, severity: 'info', event: 'backup.made', message: `${what} ${run.file.path}` }
    : { ...head, severity: 'error', event: 'backup.failed', message: `${what} ${run.code}: ${run.message}` };
}

function incidentLine({ id, service, fault, cause, detectedAt, recoveredAt, recoveredBy }: Incident): Line {
  if (recoveredAt === null)
    return {
      id: `${id} begun`,
      at: detectedAt,
      severity: 'error',
      event: 'incident.begun',
      service,
      message: `${fault}: ${cause}`,
    };
  const message = `${fault}: ended by ${recoveredBy ?? 'nobody known'}`;
  return { id: `${id} ended`, at: recoveredAt, severity: 'info', event: 'incident.ended', service, message };
}
