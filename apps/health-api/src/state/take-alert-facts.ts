import type { FactOf } from '@yoban/shared/contracts/fact';
import type { Change, FactContext } from './change.ts';
import { keepRecord, silenceTime, toldTime } from './read-model.ts';
import { auditRow, silenceRow, testRow } from './remember.ts';

/** A silence as it is now. Two alerters may tell its changes in the wrong order; one that is over stays over. */
export function takeSilence({ model, store }: FactContext, { silence, state, at }: FactOf<'silence'>): Change {
  const known = model.silences.get(silence.id);
  const updatedAt = Date.parse(at);
  if (known && known.updatedAt > updatedAt) return { kind: 'nothing' };
  const next = { silence, state, updatedAt };
  store.write((db) => db.records.put('silence', silenceRow(next)));
  keepRecord(model.silences, silence.id, next, silenceTime);
  return { kind: 'silence', id: silence.id };
}

/** How a test-send over one channel ended (A8). */
export function takeTest({ model, store }: FactContext, { test }: FactOf<'alert-test'>): Change {
  const row = testRow(test);
  store.write((db) => db.records.put('alert-test', row));
  keepRecord(model.alertTests, row.id, test, toldTime);
  return { kind: 'alert-test', id: row.id };
}

/** What became of a command. */
export function takeAudit({ model, store }: FactContext, { audit }: FactOf<'alert-audit'>): Change {
  store.write((db) => db.records.put('alert-audit', auditRow(audit)));
  keepRecord(model.alertAudits, audit.id, audit, toldTime);
  return { kind: 'alert-audit', id: audit.id };
}
