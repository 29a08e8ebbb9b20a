import { appointmentName } from './agenda.ts';
import { countedRows } from './counted-rows.ts';
import { type Known, serviceIn } from './known.ts';
import { emptyPlan, type Plan } from './plan.ts';
import type { AlertRules } from './rules.ts';

/** T12: the minute is over; INFOs over the limit leave as one message. */
export function decideFold(service: string, known: Known, rules: AlertRules): Plan {
  const state = serviceIn(known, service);
  const folded = Object.entries(state.folded);
  const lines = folded.map(([alertType, count]) => ({ alertType, count, open: null, text: null }));
  const plan = emptyPlan(lines.length > 0 ? 'fold' : 'nothing_folded');
  plan.ticked = { name: appointmentName({ kind: 'fold', service }), set: null, settled: [], nextAt: null };
  if (lines.length === 0) return plan;
  plan.services.push({ service, state: { ...state, folded: {} } });
  countedRows({ kind: 'fold', service, lines, recordIds: [] }, known, rules, plan);
  return plan;
}
