import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { boundRow, type ProofRow, plainRow } from '../../harness/proof.ts';
import { percentile } from '../../harness/stats.ts';
import { startCollector } from './collector.ts';
import { eventOf, startOurAlerter } from './our-alerter.ts';
import { distinctAlerts, firingAlert } from './posted-alert.ts';

const infos = 5_000;
const goalMs = 50;
/** Slow enough that the INFOs are still waiting when the last CRITICAL has gone. */
const perSecond = 30;
const everyMs = 60;

/** One CRITICAL after another while thousands of INFOs wait for the same receiver: how long each takes to its request. */
export async function urgentRows(samples: number): Promise<ProofRow[]> {
  const collector = await startCollector();
  const ours = await startOurAlerter({
    receiverUrl: collector.url,
    fsync: 'always',
    by: 'bus',
    perSecond,
  });
  try {
    for (const alert of chunks(distinctAlerts(infos, 'I'), 100))
      await Promise.all(
        alert.map((one) => ours.producer.add('alertEvent', `i${one.labels.alertname}`, eventOf(one, 'info'))),
      );
    await ours.decided();
    const sentAt = new Map<string, number>();
    for (let n = 0; n < samples; n++) {
      const alert = firingAlert(`C${n}`, { service: `urgent${n}` });
      sentAt.set(`C${n}`, performance.now());
      await ours.post([alert]);
      await sleep(everyMs);
    }
    const urgent = () => collector.arrivals.filter(({ name }) => sentAt.has(name));
    await waitFor('every CRITICAL', () => urgent().length >= samples, 30_000);
    const waits = urgent().map(({ name, at }) => at - (sentAt.get(name) ?? 0));
    const left = infos - collector.arrivals.filter(({ name }) => name.startsWith('I')).length;
    const note = `n=${samples}, p50 ${percentile(waits, 0.5).toFixed(1)} ms, max ${Math.max(...waits).toFixed(1)} ms; ${left} INFOs still waiting at the end`;
    return [
      boundRow({
        id: 'urgent-p99',
        what: `one CRITICAL while ${infos} INFOs wait for the same receiver, event to request, p99 ms`,
        ours: percentile(waits, 0.99),
        unit: 'ms',
        atMost: goalMs,
        note,
      }),
      plainRow('urgent-waiting', 'INFOs still waiting then', left),
    ];
  } finally {
    await ours.stop();
    await collector.stop();
  }
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
