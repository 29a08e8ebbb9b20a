import { type Known, serviceIn } from './known.ts';
import { type CountedNotice, type OutboxRow, outboxRow } from './notice.ts';
import type { Plan } from './plan.ts';
import { type AlertRules, channelsFor, summaryChannels } from './rules.ts';

interface Counting {
  kind: CountedNotice['kind'];
  service: string;
  lines: CountedNotice['lines'];
  recordIds: string[];
}

/** One message of counts for a service on each of its channels, behind the one before it. Writes rows and tails into the plan. */
export function countedRows(
  { kind, service, lines, recordIds }: Counting,
  known: Known,
  rules: AlertRules,
  plan: Plan,
): OutboxRow[] {
  const { now } = known;
  const state = plan.services.find((one) => one.service === service)?.state ?? serviceIn(known, service);
  const tails = { ...state.tails };
  const notice: CountedNotice = { kind, service, at: now, lines };
  const channels = kind === 'summary' ? summaryChannels(rules, service) : channelsFor(rules, service, 'info');
  const rows = channels.map((channel) => {
    const nid = `${kind}:${service}:${now}:${channel}`;
    const row = outboxRow({ nid, channel, after: [tails[channel]], notice, recordIds }, now);
    tails[channel] = nid;
    return row;
  });
  plan.rows.push(...rows);
  plan.services = [...plan.services.filter((one) => one.service !== service), { service, state: { ...state, tails } }];
  return rows;
}
