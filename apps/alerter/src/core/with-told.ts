import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { AlertState } from './alert-state.ts';
import { twinOf } from './decide-fallback.ts';
import type { DirectTelling } from './direct-telling.ts';
import { noticeState, type OutboxRow } from './notice.ts';
import type { Plan } from './plan.ts';
import { union } from './told.ts';

/**
 * The plan of an event that was told past Redis: rows of channels that have it are written as sent, those that may have it keep the
 * id they were tried under, and whoever was told of a raise is told of its end.
 */
export function withTold(plan: Plan, kind: AlertEvent['kind'], told: readonly DirectTelling[]): Plan {
  if (told.length === 0) return plan;
  const says = (row: OutboxRow) => kinds[kind].includes(row.notice.kind);
  const model = plan.rows.findLast(says);
  const alerts = plan.alerts.map(({ ref, state }) => ({ ref, state: announcedTo(state, told) }));
  if (model === undefined) return { ...plan, alerts };
  const all = [...plan.rows, ...extraRows(plan.rows, model, told)];
  const tellingOf = (row: OutboxRow) => (says(row) ? told.find((one) => one.channel === row.channel) : undefined);
  const receiptOf = (row: OutboxRow) => {
    const telling = tellingOf(row);
    return telling?.state === 'sent'
      ? noticeState(row, { state: 'sent', attempts: 1, at: telling.at })
      : noticeState(row, { state: 'pending', attempts: 0, at: row.createdAt });
  };
  return {
    ...plan,
    rows: all.map((row) => ({ ...row, ...(tellingOf(row) && { sentAs: tellingOf(row)?.nid }) })),
    told: all.flatMap((row): Plan['told'] => {
      const telling = tellingOf(row);
      return telling ? [{ nid: row.nid, state: telling.state === 'sent' ? 'sent' : 'maybe' }] : [];
    }),
    alerts,
    records: plan.records.map(({ base }) => ({
      base,
      notices: all.filter((row) => row.recordIds.includes(base.id)).map(receiptOf),
    })),
  };
}

const kinds: Readonly<Record<AlertEvent['kind'], readonly OutboxRow['notice']['kind'][]>> = {
  raise: ['raise', 'still'],
  clear: ['recovery'],
  info: [],
};

/** A fallback channel that was told stands on no route: it gets a row of its own, so that its receipt is seen, and says why it is told. */
function extraRows(rows: readonly OutboxRow[], model: OutboxRow, told: readonly DirectTelling[]): OutboxRow[] {
  return told.flatMap(({ channel, via }) => {
    const nid = rows.some((row) => row.channel === channel) ? null : twinOf(model, channel);
    if (nid === null || !('alertType' in model.notice)) return [];
    return [{ ...model, nid, channel, after: [], notice: { ...model.notice, ...(via && { via }) } }];
  });
}

function announcedTo(state: AlertState, told: readonly DirectTelling[]): AlertState {
  if (state.st !== 'open') return state;
  const channels = told.map((one) => one.channel);
  const memory = { ...state.memory, told: union(state.memory.told, channels) };
  return { ...state, memory, announced: union(state.announced, channels) };
}
