import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ProofRow, plainRow, ratioRow } from '../../harness/proof.ts';
import { median, spread } from '../../harness/stats.ts';
import type { AlertService } from './alert-service.ts';
import { startCollector } from './collector.ts';
import { startOurAlerter } from './our-alerter.ts';
import { startAlertmanager } from './peer.ts';
import { distinctAlerts } from './posted-alert.ts';

const perPost = 500;
const limitMs = 240_000;
/** A channel that is as fast as it can be: the pace of a receiver is not what is measured. */
const unpaced = { by: 'http', perSecond: 10_000 } as const;
const goal = 2;

interface Run {
  /** From the first post to the last delivery, ms. */
  lastMs: number;
  memoryMb: number;
}

type Side = 'peer' | 'always' | 'everysec';

const starters: Record<Side, (url: string) => Promise<AlertService>> = {
  peer: startAlertmanager,
  always: (receiverUrl) => startOurAlerter({ receiverUrl, fsync: 'always', ...unpaced }),
  everysec: (receiverUrl) => startOurAlerter({ receiverUrl, fsync: 'everysec', ...unpaced }),
};

/** Distinct alerts posted as fast as they are taken, until the receiver has had each. */
async function runOnce(side: Side, count: number): Promise<Run> {
  const collector = await startCollector();
  const service = await starters[side](collector.url);
  try {
    const alerts = distinctAlerts(count);
    const startedAt = performance.now();
    for (let at = 0; at < count; at += perPost) await service.post(alerts.slice(at, at + perPost));
    const distinct = () => new Set(collector.arrivals.map(({ name }) => name)).size;
    await waitFor(
      `${count} alerts of ${side}`,
      () => collector.arrivals.length >= count && distinct() >= count,
      limitMs,
    );
    const lastAt = Math.max(...collector.arrivals.map(({ at }) => at));
    return { lastMs: lastAt - startedAt, memoryMb: service.memoryMb() };
  } finally {
    await service.stop();
    await collector.stop();
  }
}

/** Throughput and memory, sides in turn so that a slow moment of the machine meets all of them. */
export async function throughputRows(
  plans: readonly { count: number; runs: number }[],
  say: (text: string) => void,
): Promise<ProofRow[]> {
  const rows: ProofRow[] = [];
  for (const { count, runs } of plans) {
    const results: Record<Side, Run[]> = { peer: [], always: [], everysec: [] };
    for (let run = 0; run < runs; run++) {
      for (const side of ['peer', 'always', 'everysec'] as const) results[side].push(await runOnce(side, count));
    }
    const times = (side: Side) => results[side].map(({ lastMs }) => lastMs);
    for (const side of ['peer', 'always', 'everysec'] as const)
      say(`${count} ${side}: ${times(side).map(Math.round).join(', ')} ms`);
    rows.push(...rowsOf(count, times, results));
  }
  return rows;
}

function rowsOf(count: number, times: (side: Side) => number[], results: Record<Side, Run[]>): ProofRow[] {
  const peer = median(times('peer'));
  const how = (side: Side) =>
    `ms from the first post to the last delivery; ${spread(times(side))}; peer ${spread(times('peer'))}`;
  const everysec = ratioRow({
    id: `throughput-${count}-everysec`,
    what: `the same with appendfsync everysec`,
    ours: median(times('everysec')),
    peer,
    atMost: goal,
    note: how('everysec'),
  });
  const memory = (side: Side) => Math.max(...results[side].map(({ memoryMb }) => memoryMb));
  return [
    ratioRow({
      id: `throughput-${count}`,
      what: `${count} distinct alerts to one receiver, appendfsync always, posted to /api/v2/alerts`,
      ours: median(times('always')),
      peer,
      atMost: goal,
      note: how('always'),
    }),
    { ...everysec, goal: null, met: null },
    {
      ...plainRow(
        `memory-${count}`,
        `highest memory after them, MB: alerter, health-api and their Redis`,
        memory('always'),
        'resident',
      ),
      peer: Math.round(memory('peer')),
    },
  ];
}
