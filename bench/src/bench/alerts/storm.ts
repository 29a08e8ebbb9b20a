import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ProofRow, plainRow } from '../../harness/proof.ts';
import { startCollector } from './collector.ts';
import { startOurAlerter } from './our-alerter.ts';
import { startAlertmanager } from './peer.ts';
import { firingAlert } from './posted-alert.ts';

const perPost = 500;

/** The same alert raised over and over, ours by the bus, where each raise counts: how long until all of it is taken in, and how often people hear of it. */
export async function stormRows(count: number): Promise<ProofRow[]> {
  const storm = Array.from({ length: count }, () => firingAlert('Storm'));
  const ours = await stormOf(async (url) => {
    const service = await startOurAlerter({
      receiverUrl: url,
      fsync: 'always',
      by: 'bus',
      perSecond: 1_000,
    });
    return { service, settled: service.decided };
  }, storm);
  // Alertmanager answers once it holds the alerts in memory.
  const peer = await stormOf(
    async (url) => ({ service: await startAlertmanager(url), settled: async () => {} }),
    storm,
  );
  return [
    {
      ...plainRow('storm-messages', `messages people get of ${count} raises of one alert`, ours.messages),
      peer: peer.messages,
    },
    {
      ...plainRow(
        'storm-ms',
        'ms from the first raise until all are decided (ours: kept on disk, each counted; peer: held in memory)',
        ours.ms,
      ),
      peer: Math.round(peer.ms),
    },
  ];
}

type Start = (
  url: string,
) => Promise<{ service: Awaited<ReturnType<typeof startAlertmanager>>; settled: () => Promise<void> }>;

async function stormOf(
  start: Start,
  storm: ReturnType<typeof firingAlert>[],
): Promise<{ ms: number; messages: number }> {
  const collector = await startCollector();
  const { service, settled } = await start(collector.url);
  try {
    const startedAt = performance.now();
    for (let at = 0; at < storm.length; at += perPost) await service.post(storm.slice(at, at + perPost));
    await settled();
    const ms = performance.now() - startedAt;
    await waitFor('the one message', () => collector.requests() > 0);
    return { ms, messages: collector.requests() };
  } finally {
    await service.stop();
    await collector.stop();
  }
}
