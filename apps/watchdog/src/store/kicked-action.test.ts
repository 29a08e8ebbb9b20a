import { Incident } from '@yoban/shared/contracts/incident';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { expect, onTestFinished, test } from 'vitest';
import { findIncident, saveIncident } from './incident-rows.ts';
import { createPolicyStore } from './policy-store.ts';
import { recordPolicyEffect } from './record-policy-effect.ts';
import { openWatchStore } from './watch-store.ts';

const now = Date.parse('2026-03-11T06:30:00.000Z');

function openStores() {
  const temp = makeTempDir();
  const { db, close } = openWatchStore(`${temp.dir}/watchdog.sqlite`);
  onTestFinished(() => {
    close();
    temp.remove();
  });
  const put = (id: string, recoveredAt: string | null) =>
    saveIncident(
      db,
      Incident.parse({
        ...{ id, service: 'gateway', fault: 'process_down', cause: 'x', lastError: null, alertedAt: null, recoveredAt },
        ...{ detectedAt: '2026-03-11T06:29:00.000Z', recoveredBy: null },
      }),
      now,
    );
  const context = { service: 'gateway', now, reportPath: () => null };
  const start = (attempt: string) =>
    recordPolicyEffect(
      db,
      {
        ...{ do: 'run', attempt, action: 'restart', fault: null, step: null, incidentId: null, source: 'line:U1' },
        ...{ nth: 2, max: 3 },
      },
      context,
    );
  const interrupt = () =>
    recordPolicyEffect(db, { do: 'kick_answer', id: 'k', action: 'restart', result: 'interrupted' }, context);
  return { db, put, start, interrupt, store: createPolicyStore(db) };
}
const done = { outcome: 'ok', exitCode: 0, durationMs: 900, detail: 'restarted' } as const;

test('W6: what a kick does stands in the open incident of its service, with who asked and how it ended', () => {
  const { db, put, start, store } = openStores();
  put('over', '2026-03-11T06:29:30.000Z');
  put('open', null);
  start('a1');
  expect(findIncident(db, 'open')?.actions).toMatchObject([{ name: 'restart', ok: null, attempt: 2, by: 'line:U1' }]);
  store.endAttempt('gateway', { attempt: 'a1', ...done }, now + 900);
  expect(findIncident(db, 'open')?.actions).toMatchObject([{ ok: true, durationMs: 900, detail: 'restarted' }]);
  expect(findIncident(db, 'over')?.actions).toEqual([]);
});

test('W6: a kick cut short by a kill of the watchdog has ended, nobody knows how; where all is well it is in the audit alone', () => {
  const { db, put, start, interrupt, store } = openStores();
  start('a0');
  store.endAttempt('gateway', { attempt: 'a0', ...done }, now);
  put('open', null);
  start('a1');
  interrupt();
  interrupt();
  expect(findIncident(db, 'open')?.actions).toMatchObject([{ ok: false, detail: 'interrupted' }]);
});
