import { SECOND } from '@yoban/shared/contracts/time';
import { expect } from 'vitest';
import type { OutboxRow } from '../../src/core/notice.ts';
import { graceMs, type Happened, type ModelRun } from './model-run.ts';

/** Alerts that a row tells anew; a recovery or an acknowledgement tells none. */
const tellsOf = ({ notice }: OutboxRow): string[] => {
  if ('entries' in notice) return notice.entries.map((line) => line.alertType);
  const isNews = notice.kind !== 'recovery' && notice.kind !== 'ack';
  return 'alertType' in notice && isNews ? [notice.alertType] : [];
};

/** I10: what is silenced is not told; what was announced recovers at once all the same. And its kin: parents, acknowledgement. */
export function judgeSilence(run: ModelRun): void {
  for (const one of run.happened) {
    for (const row of one.rows) {
      for (const type of tellsOf(row))
        expect(silencesOf(run, type, row.createdAt), `${type} at ${row.createdAt}`).toEqual([]);
    }
    judgeRecovery(one);
    judgeParent(one);
    judgeAck(one);
    if (one.command.do === 'advance' && one.command.watched) judgeReleased(run, one);
  }
}

const silencesOf = ({ silences }: ModelRun, type: string, at: number) =>
  silences.filter((one) => (one.type ?? type) === type && one.from <= at && at < one.until);

function judgeRecovery({ command, reasons, before, rows }: Happened): void {
  if (command.do !== 'clear' || reasons[0] !== 'recovered') return;
  const state = before.get(command.type);
  const announced = state?.st === 'open' ? state.announced : [];
  const recoveries = rows.filter((row) => row.notice.kind === 'recovery').map((row) => row.channel);
  expect(new Set(recoveries)).toEqual(new Set(announced));
}

/** While the parent is open the child is told to nobody. */
function judgeParent({ before, after, rows }: Happened): void {
  if (before.get('x')?.st !== 'open' || after.get('x')?.st !== 'open') return;
  expect(rows.flatMap(tellsOf)).not.toContain('child');
}

/** While alerters run nothing is held back longer than what holds it, and nothing stays open beyond its end (T15). */
function judgeReleased(run: ModelRun, one: Happened): void {
  const { command, now, after } = one;
  const then = now + (command.do === 'advance' ? command.seconds * SECOND : 0);
  // Its end may have been noticed long after it was.
  const steps = run.happened.slice(0, run.happened.indexOf(one) + 1);
  const lastOpen = steps.findLastIndex((step) => step.before.get('x')?.st === 'open');
  const parentIsOver = after.get('x')?.st !== 'open' && (steps[lastOpen + 1]?.now ?? then) + graceMs < then;
  for (const [type, state] of after) {
    if (state.st !== 'open') continue;
    expect(state.endsAt ?? then + 1, `the end of ${type}`).toBeGreaterThan(then);
    if (state.ack !== null || state.hold === null) continue;
    if (state.hold.by === 'silence') expect(silencesOf(run, type, then), `what holds ${type}`).not.toEqual([]);
    if (state.hold.by === 'parent') expect(parentIsOver, `what explains ${type}`).toBe(false);
  }
}

/** T13: who acknowledged is neither reminded nor passed over. */
function judgeAck({ before, after, rows }: Happened): void {
  for (const [type, state] of before) {
    const next = after.get(type);
    if (state.st !== 'open' || next?.st !== 'open' || state.ack === null || state.ack.at !== next.ack?.at) continue;
    const again = rows.filter(({ notice: { kind } }) => kind === 'still' || kind === 'escalation');
    expect(again.flatMap(tellsOf)).not.toContain(type);
  }
}
