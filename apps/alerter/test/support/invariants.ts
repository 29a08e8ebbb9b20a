import { MINUTE } from '@yoban/shared/contracts/time';
import { expect } from 'vitest';
import type { DigestLine, OutboxRow } from '../../src/core/notice.ts';
import { judgeDelivery } from './delivery-invariants.ts';
import { criticals, type ModelCommand, types, warnings } from './model-commands.ts';
import type { Happened, ModelRun } from './model-run.ts';
import { judgeSilence } from './silence-invariants.ts';

const W = 15 * MINUTE;

/** Messages that tell people of a CRITICAL now. */
const isTelling = ({ notice: { kind } }: OutboxRow): boolean => kind === 'raise' || kind === 'still';
export const typeOf = ({ notice }: OutboxRow): string => ('alertType' in notice ? notice.alertType : '');
export const digestLines = (rows: readonly OutboxRow[]): { row: OutboxRow; line: DigestLine }[] =>
  rows.flatMap((row) => (row.notice.kind === 'digest' ? row.notice.entries.map((line) => ({ row, line })) : []));

/** The invariants of the README, on everything that was decided and everything that arrived. */
export async function judge(run: ModelRun, faultless: ModelRun): Promise<void> {
  const rows = await run.world.rows();
  judgeI1(run, rows);
  judgeI2(run, rows);
  judgeI3(run, rows);
  judgeI4(run, rows);
  judgeI5(run, rows);
  judgeI6(run, rows);
  judgeSilence(run);
  judgeDelivery(run, { rows, faultless: await faultless.world.rows(), merged: await run.world.merged() });
}

const toldReasons = ['raised', 'upgraded', 'still_firing', 'released'];
const countedReasons = ['repeated', 'raised_inside_window', 'late_raise'];
const heldReasons = ['silenced', 'hidden_by_parent', 'refreshed'];

type Raising = Extract<ModelCommand, { do: 'raise' | 'race' | 'burst' | 'raise-until' }>;
const raising: ReadonlySet<string> = new Set(['raise', 'race', 'burst', 'raise-until'] satisfies Raising['do'][]);
const isRaising = (command: ModelCommand): command is Raising => raising.has(command.do);

/** Raises of a CRITICAL, as they were decided. */
const raisesIn = (run: ModelRun): { one: Happened; type: string; reason: string }[] =>
  run.happened.flatMap((one) => {
    const { command } = one;
    if (!isRaising(command)) return [];
    return one.reasons.map((reason) => ({ one, type: command.type, reason }));
  });

/** I1: each raise that nothing holds back is one notice on Slack and one by mail; one that is held back is none. */
function judgeI1(run: ModelRun, rows: readonly OutboxRow[]): void {
  for (const one of new Set(raisesIn(run).map((raise) => raise.one))) {
    const type = 'type' in one.command ? String(one.command.type) : '';
    const told = one.reasons.filter((reason) => toldReasons.includes(reason)).length;
    const maybe = one.reasons.filter((reason) => reason === 'raised_and_recovered').length;
    const own = one.rows.filter((row) => isTelling(row) && typeOf(row) === type);
    const [slack, mail] = ['slack', 'mail'].map((channel) => own.filter((row) => row.channel === channel).length);
    expect([slack, own.length]).toEqual([mail, (slack ?? 0) * 2 + own.filter((row) => row.channel === 'pager').length]);
    expect(slack).toBeGreaterThanOrEqual(told);
    expect(slack).toBeLessThanOrEqual(told + maybe);
    if (mustTell(run, rows, one, type)) expect(slack).toBe(1);
  }
}

/** By the test's own book: the first of its kind for a window, and nothing that explains or silences it. */
function mustTell(run: ModelRun, rows: readonly OutboxRow[], one: Happened, type: string): boolean {
  const before = one.before.get(type);
  const last = rows.filter((row) => isTelling(row) && typeOf(row) === type && row.createdAt < one.now).at(-1);
  const silenced = run.silences.some(
    ({ type: of, from, until }) => (of ?? type) === type && from <= one.now && one.now < until,
  );
  const explained = type === 'child' && one.before.get('x')?.st === 'open';
  return (
    one.command.do === 'raise' &&
    (!before || before.st === 'none' || (before.st === 'resolved' && before.resolvedAt < one.now)) &&
    (last === undefined || one.now - last.createdAt >= W || (run.rules.rearmOnRecovery && before?.st === 'resolved')) &&
    !silenced &&
    !explained
  );
}

/** I2: sendings of one CRITICAL are a window apart, unless a recovery between them rearms it. */
function judgeI2(run: ModelRun, rows: readonly OutboxRow[]): void {
  if (run.rules.rearmOnRecovery) return;
  for (const type of types) {
    const times = rows.filter((row) => isTelling(row) && row.channel === 'slack' && typeOf(row) === type);
    for (const [index, row] of times.slice(1).entries()) {
      expect(row.createdAt - (times[index]?.createdAt ?? 0)).toBeGreaterThanOrEqual(W);
    }
  }
}

/** I3: a raise is told, counted and reported once in a summary, or held back by what the page shows; there is no fourth way. */
function judgeI3(run: ModelRun, rows: readonly OutboxRow[]): void {
  const raises = raisesIn(run);
  const known = [...toldReasons, ...countedReasons, ...heldReasons, 'raised_and_recovered'];
  expect(raises.filter(({ reason }) => !known.includes(reason))).toEqual([]);
  for (const type of criticals) {
    const counted = raises.filter(({ one, type: of, reason }) => {
      if (of !== type || !countedReasons.includes(reason)) return false;
      return reason !== 'late_raise' || !isHeld(run, one, type);
    });
    // One whose end had passed, or whose clear had overtaken it, may have been inside the window.
    const maybe = raises.filter(({ type: of, reason }) => of === type && reason === 'raised_and_recovered').length;
    const reported = rows
      .flatMap(({ notice }) => (notice.kind === 'summary' ? notice.lines : []))
      .filter((line) => line.alertType === type)
      .reduce((sum, line) => sum + line.count, 0);
    expect(reported).toBeGreaterThanOrEqual(counted.length);
    expect(reported).toBeLessThanOrEqual(counted.length + maybe);
  }
}

const isHeld = ({ silences }: ModelRun, { now, before }: Happened, type: string): boolean =>
  silences.some(({ type: of, from, until }) => (of ?? type) === type && from <= now && now < until) ||
  (type === 'child' && before.get('x')?.st === 'open');

/** I4: each incident has one recovery on each channel that was told of it, after that, whatever silences it; and none elsewhere. */
function judgeI4(run: ModelRun, rows: readonly OutboxRow[]): void {
  const told = new Map<string, OutboxRow>();
  const everTold = new Set<string>();
  const note = (type: string, epoch: number, row: OutboxRow) => {
    const key = `ailife/${type}#${epoch} ${row.channel}`;
    if (!told.has(key)) told.set(key, row);
    everTold.add(`${type} ${row.channel}`);
  };
  for (const one of run.happened) {
    for (const row of one.rows) {
      const epoch = Number(row.recordIds[0]?.split('#')[1]);
      if (isTelling(row) || row.notice.kind === 'escalation') note(typeOf(row), epoch, row);
    }
    for (const { row, line } of digestLines(one.rows)) {
      if (line.recoveredAt === null) note(line.alertType, one.after.get(line.alertType)?.memory.epoch ?? 0, row);
    }
  }
  const recoveries = rows.filter((row) => row.notice.kind === 'recovery');
  const keys = recoveries.map((row) => `${row.recordIds[0]} ${row.channel}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const [key, at] of told) {
    const recovery = recoveries[keys.indexOf(key)];
    expect(recovery, `the recovery of ${key}`).toBeDefined();
    expect(recovery?.createdAt).toBeGreaterThanOrEqual(at.createdAt);
    if (recovery) expectInOrder(run, at, recovery);
  }
  // A re-fire inside the window is hidden from those who were told before; its recovery is not.
  for (const row of recoveries) expect(everTold).toContain(`${typeOf(row)} ${row.channel}`);
}

/** The first news of an incident reaches its channel before its recovery, unless it outlived its patience. */
function expectInOrder({ world }: ModelRun, first: OutboxRow, second: OutboxRow): void {
  const nids = world.receivers.at(first.channel).map((one) => one.nid);
  if (nids.includes(first.nid) && nids.includes(second.nid)) {
    expect(nids.indexOf(first.nid)).toBeLessThan(nids.indexOf(second.nid));
  }
}

/** I5: a WARNING is never mailed, each raise stands in exactly one digest, and while alerters run at most a bucket late. */
function judgeI5(run: ModelRun, rows: readonly OutboxRow[]): void {
  const lines = digestLines(rows);
  expect(lines.filter(({ row }) => row.channel !== 'slack')).toEqual([]);
  const undisturbed = run.silences.length === 0;
  const watched = run.happened.every(({ command }) => command.do !== 'advance' || command.watched);
  for (const type of warnings) {
    const own = lines.filter(({ line }) => line.alertType === type);
    const raises = run.happened.filter(({ command }) => command.do === 'warn' && command.type === type);
    const listed = raises.filter(({ reasons: [reason = ''] }) => !['covered_by_critical', 'silenced'].includes(reason));
    const told = own.reduce((sum, { line }) => sum + line.count, 0);
    if (undisturbed) expect(told).toBe(listed.length);
    // The end of a silence lists what waited for it as one raise.
    else expect(told).toBeLessThanOrEqual(raises.length);
    if (undisturbed && watched) {
      for (const { row, line } of own) expect(row.createdAt - line.first).toBeLessThanOrEqual(W);
    }
  }
}

/** I6: each INFO singly or in a fold, once. */
function judgeI6(run: ModelRun, rows: readonly OutboxRow[]): void {
  const infos = run.happened.filter(({ command }) => command.do === 'info');
  const count = (wanted: string) => infos.filter(({ reasons: [reason] }) => reason === wanted).length;
  expect(rows.filter((row) => row.notice.kind === 'info').length).toBe(count('info'));
  const folded = rows.flatMap(({ notice }) => (notice.kind === 'fold' ? notice.lines : []));
  expect(folded.reduce((sum, line) => sum + line.count, 0)).toBe(count('info_folded'));
  expect(count('info') + count('info_folded') + count('info_silenced')).toBe(infos.length);
}
