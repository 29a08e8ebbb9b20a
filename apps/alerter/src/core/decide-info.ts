import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { appointmentName } from './agenda.ts';
import { pendingNotices } from './alert-record.ts';
import { alertIn, type Known, serviceIn } from './known.ts';
import { type OutboxRow, outboxRow } from './notice.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { type AlertRules, channelsFor } from './rules.ts';
import { countInfo, minuteEndOf } from './service-state.ts';
import { activeSilence } from './silences.ts';

/** T12: an INFO is told once, singly or with others of its minute; a silence that matches it keeps it on the page only. */
export function decideInfo(event: AlertEvent, known: Known, rules: AlertRules): Plan {
  const { service, alertType, labels = {} } = event;
  const silence = activeSilence(known.silences, { service, alertType, level: 'info', labels }, known.now);
  const plan = silence ? emptyPlan('info_silenced') : told(event, known, rules);
  plan.records.push({
    base: {
      id: event.id,
      service,
      alertType,
      level: 'info',
      state: 'info',
      raisedAt: event.at,
      resolvedAt: null,
      params: event.params,
      lastError: event.lastError,
      suppressed: 0,
      ackedBy: null,
      ackedAt: null,
      silencedBy: silence?.id ?? null,
      hiddenBy: null,
      labels,
      text: event.text ?? null,
    },
    notices: pendingNotices(plan.rows, known.now),
  });
  return plan;
}

function told(event: AlertEvent, known: Known, rules: AlertRules): Plan {
  const { now } = known;
  const { service, alertType } = event;
  const { state, folded } = countInfo(serviceIn(known, service), alertType, now, rules.foldPerMinute);
  const plan = emptyPlan(folded ? 'info_folded' : 'info');
  plan.services.push({ service, state });
  if (folded) plan.agenda.push({ name: appointmentName({ kind: 'fold', service }), at: minuteEndOf(now) });
  else plan.rows.push(...infoRows(event, known, rules, plan));
  return plan;
}

/** One row per channel; INFOs of one type keep their order too, so their tails live in the alert's state. */
function infoRows(event: AlertEvent, known: Known, rules: AlertRules, plan: Plan): OutboxRow[] {
  const { service, alertType, params, lastError } = event;
  const ref = { service, alertType };
  const alert = alertIn(known, ref);
  const at = Date.parse(event.at);
  const tails = { ...alert.memory.tails };
  const rows = channelsFor(rules, service, 'info').map((channel) => {
    const nid = `${event.id}:${channel}`;
    const after = [tails[channel]];
    tails[channel] = nid;
    const notice = {
      kind: 'info' as const,
      ...ref,
      at,
      level: 'info' as const,
      params,
      lastError,
      text: event.text ?? null,
      labels: event.labels ?? {},
      since: at,
      suppressed: 0,
      because: null,
      ackedBy: null,
    };
    return outboxRow({ nid, channel, after, notice, recordIds: [event.id] }, known.now);
  });
  plan.alerts.push({ ref, state: { ...alert, memory: { ...alert.memory, tails } } });
  return rows;
}
