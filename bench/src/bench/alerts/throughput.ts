import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ProofRow, plainRow, ratioRow } from '../../harness/proof.ts';
import { median, spread } from '../../harness/stats.ts';
import type { AlertService } from './alert-service.ts';
import { startCollector } from './collector.ts';
import { startOurAlerter } from './our-alerter.ts';
import { startAlertmanager } from './peer.ts';
import { distinctAlerts, type PostedAlert } from './posted-alert.ts';

const perPost = 500;
const limitMs = 240_000;
/** The page of ours has followed by then. */
const pageMs = 3_000;
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

/** Distinct alerts posted as fast as they are taken, until the receiver has had each. `before`: so many that came first are not measured. */
async function runOnce(side: Side, count: number, before = 0): Promise<Run> {
  const collector = await startCollector();
  const service = await starters[side](collector.url);
  const deliver = async (alerts: readonly PostedAlert[]) => {
    for (let at = 0; at < alerts.length; at += perPost) await service.post(alerts.slice(at, at + perPost));
    const wanted = new Set(alerts.map(({ labels }) => labels.alertname));
    const arrived = () => collector.arrivals.filter(({ name }) => wanted.has(name));
    const hasAll = () =>
      collector.arrivals.length >= count && new Set(arrived().map(({ name }) => name)).size >= wanted.size;
    await waitFor(`${wanted.size} alerts of ${side}`, hasAll, limitMs);
    return Math.max(...arrived().map(({ at }) => at));
  };
  try {
    if (before > 0) {
      await deliver(distinctAlerts(before, 'W'));
      await sleep(pageMs);
    }
    const startedAt = performance.now();
    const lastAt = await deliver(distinctAlerts(count));
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

/**
 * The same by services that have been told of as many before: a fresh one of ours compiles its code while it works, which the peer
 * brings compiled.
 */
export async function warmRow(count: number, runs: number, say: (text: string) => void): Promise<ProofRow> {
  const times = { peer: [] as number[], always: [] as number[] };
  for (let run = 0; run < runs; run++) {
    for (const side of ['peer', 'always'] as const) times[side].push((await runOnce(side, count, count)).lastMs);
  }
  say(`${count} warm: ${times.always.map(Math.round).join(', ')} ms, peer ${times.peer.map(Math.round).join(', ')} ms`);
  const row = ratioRow({
    id: `throughput-${count}-warm`,
    what: `the same ${count} by services that have had as many before, appendfsync always`,
    ours: median(times.always),
    peer: median(times.peer),
    atMost: goal,
    note: `${spread(times.always)}; peer ${spread(times.peer)}`,
  });
  return { ...row, goal: null, met: null };
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
      note: `${how('always')}; what it goes into: docs/adr/0014-together.md`,
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
