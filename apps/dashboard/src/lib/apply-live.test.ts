import type { LiveMessage } from '@yoban/shared/contracts/live';
import { isoTime } from '@yoban/shared/contracts/time';
import { describe, expect, test } from 'vitest';
import { sampleHealth } from '../../test/sample-health.ts';
import { sampleAlerts, sampleBackups } from '../../test/sample-history.ts';
import { ALERTS_KEPT, applyLive, type LiveView, withAlert } from './apply-live.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');
const head = { seq: 1, serverTime: isoTime(nowMs) };
const [anAlert] = sampleAlerts('down', nowMs);
if (!anAlert) throw new Error('the sample has no alert');

const view: LiveView = {
  health: sampleHealth('healthy', nowMs),
  alerts: sampleAlerts('healthy', nowMs),
  backups: sampleBackups('healthy', nowMs),
};

describe('a live message', () => {
  test('snapshot: what it does not name is gone', () => {
    const message: LiveMessage = {
      type: 'snapshot',
      ...head,
      health: sampleHealth('down', nowMs),
      alerts: [],
      backups: [],
    };
    expect(applyLive(view, message)).toEqual({ health: message.health, alerts: [], backups: [] });
  });

  test('health: leaves the rest alone', () => {
    const next = applyLive(view, { type: 'health', ...head, health: sampleHealth('down', nowMs) });
    expect(next.health?.status).toBe('unhealthy');
    expect(next.alerts).toBe(view.alerts);
  });

  test('alert: stands first when it is the newest, and replaces its older self', () => {
    const opened = applyLive(view, { type: 'alert', ...head, alert: anAlert });
    expect(opened.alerts[0]?.id).toBe(anAlert.id);
    const over = { ...anAlert, state: 'resolved' as const, resolvedAt: isoTime(nowMs) };
    const closed = applyLive(opened, { type: 'alert', ...head, alert: over });
    expect(closed.alerts.filter(({ id }) => id === anAlert.id)).toEqual([over]);
  });

  test('backups: replaces the database it names and adds one that is new', () => {
    const [game] = view.backups;
    if (!game) throw new Error('the sample has no backups');
    const emptied = applyLive(view, { type: 'backups', ...head, backups: { ...game, files: [] } });
    expect(emptied.backups.map(({ files }) => files.length)).toEqual([0]);
    const added = applyLive(view, { type: 'backups', ...head, backups: { ...game, db: 'other' } });
    expect(added.backups.map(({ db }) => db)).toEqual(['game', 'other']);
  });
});

test('the list of alerts stays bounded', () => {
  const many = Array.from({ length: ALERTS_KEPT }, (_, i) => ({
    ...anAlert,
    id: `a${i}`,
    raisedAt: isoTime(nowMs - i),
  }));
  const list = withAlert(many, { ...anAlert, id: 'new', raisedAt: isoTime(nowMs + 1) });
  expect(list).toHaveLength(ALERTS_KEPT);
  expect(list[0]?.id).toBe('new');
});
