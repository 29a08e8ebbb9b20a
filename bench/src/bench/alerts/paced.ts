import { setTimeout as sleep } from 'node:timers/promises';
import type { ProofRow } from '../../harness/proof.ts';
import type { AlertService } from './alert-service.ts';
import { startCollector } from './collector.ts';
import { startOurAlerter } from './our-alerter.ts';
import { startAlertmanager } from './peer.ts';
import { distinctAlerts } from './posted-alert.ts';

const perSecond = 10;
/** The receiver's own patience: what a channel of this kind may send at once, and two more for jitter on the way. */
const burst = 52;
const slackOfWaitMs = 15_000;

/** A receiver that answers 429 above its pace: how many it has to refuse, and when the last alert is there. */
export async function pacedRows(count: number): Promise<ProofRow[]> {
  const ours = await pacedOf(
    (receiverUrl) => startOurAlerter({ receiverUrl, fsync: 'always', by: 'http', perSecond }),
    count,
  );
  const peer = await pacedOf(startAlertmanager, count);
  return [
    {
      id: 'paced-429',
      what: `429s received: ${count} CRITICAL at a receiver of ${perSecond} a second`,
      ours: ours.refused,
      peer: peer.refused,
      ratio: null,
      goal: '0',
      met: ours.refused === 0,
      note: `receiver refuses beyond ${perSecond}/s after a burst of ${burst}`,
    },
    {
      id: 'paced-delivered',
      what: `of them delivered within ${Math.round(waitMsFor(count) / 1_000)} s`,
      ours: ours.delivered,
      peer: peer.delivered,
      ratio: null,
      goal: `${count}`,
      met: ours.delivered === count,
      note: `last after ${ours.lastMs} ms, peer ${peer.lastMs} ms`,
    },
  ];
}

const waitMsFor = (count: number): number => (count / perSecond) * 1_000 + slackOfWaitMs;

async function pacedOf(start: (url: string) => Promise<AlertService>, count: number) {
  const collector = await startCollector({ perSecond, burst });
  const service = await start(collector.url);
  try {
    const startedAt = performance.now();
    await service.post(distinctAlerts(count));
    const distinct = () => new Set(collector.arrivals.map(({ name }) => name)).size;
    while (distinct() < count && performance.now() - startedAt < waitMsFor(count)) await sleep(100);
    const lastMs = Math.round(Math.max(startedAt, ...collector.arrivals.map(({ at }) => at)) - startedAt);
    return { refused: collector.refused(), delivered: distinct(), lastMs };
  } finally {
    await service.stop();
    await collector.stop();
  }
}
