import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { plainLine } from '../plain-line.ts';
import { labelFingerprint } from './label-fingerprint.ts';
import type { PostedAlert } from './posted-alert.ts';

/** The event that tells the alerter of a posted alert. `at` and `endsAt` are epoch ms; `what` makes its name. */
export function postedEvent(
  alert: PostedAlert,
  event: { kind: AlertEvent['kind']; level: AlertEvent['level']; what: string; at: number; endsAt: number | null },
): AlertEvent {
  const { service, alertType, labels, annotations } = alert;
  return {
    id: `am-${event.what}`,
    kind: event.kind,
    level: event.level,
    service,
    alertType,
    at: isoTime(event.at),
    params: {},
    lastError: null,
    incidentId: null,
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, plainLine(value, 1_000)])),
    endsAt: event.endsAt === null ? null : isoTime(event.endsAt),
    text: {
      title: plainLine(annotations.summary || alertType, 200),
      description: plainLine(annotations.description || annotations.message || '', 2_000),
    },
  };
}

/** Names what is posted under one service and alert type in the ids of events. */
export const groupName = ({ service, alertType }: PostedAlert): string => labelFingerprint({ service, alertType });
