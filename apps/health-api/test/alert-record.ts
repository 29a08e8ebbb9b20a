import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';

const at = Date.parse('2026-03-11T15:30:00.000Z');

/** An open WARNING of the alerter; a test changes the one thing it is about. */
export const openRecord = (change: Partial<AlertRecord> = {}): AlertRecord => {
  const { service = 'ailife', alertType = 'llm_down' } = change;
  return {
    id: `${service}/${alertType}#1`,
    service,
    alertType,
    level: 'warning',
    state: 'open',
    raisedAt: isoTime(at),
    resolvedAt: null,
    params: {},
    lastError: null,
    suppressed: 0,
    ackedBy: null,
    ackedAt: null,
    silencedBy: null,
    hiddenBy: null,
    labels: {},
    text: null,
    notices: [],
    ...change,
  };
};
