import { type Proof, type ProofRow, plainRow } from '../harness/proof.ts';
import { pacedRows } from './alerts/paced.ts';
import { isInstalled } from './alerts/peer.ts';
import { stormRows } from './alerts/storm.ts';
import { throughputRows, warmRow } from './alerts/throughput.ts';
import { urgentRows } from './alerts/urgent.ts';

interface Sizes {
  throughput: { count: number; runs: number }[];
  warm: { count: number; runs: number };
  urgent: number;
  storm: number;
  paced: number;
}

const whole: Sizes = {
  throughput: [
    { count: 1_000, runs: 7 },
    { count: 10_000, runs: 3 },
  ],
  warm: { count: 1_000, runs: 5 },
  urgent: 300,
  storm: 10_000,
  paced: 300,
};
/** The short form shows that everything runs; its figures are of one run each. */
const short: Sizes = {
  throughput: [{ count: 1_000, runs: 1 }],
  warm: { count: 1_000, runs: 1 },
  urgent: 100,
  storm: 1_000,
  paced: 100,
};
const wholeFromSeconds = 120;

async function measure(sizes: Sizes, say: (text: string) => void): Promise<ProofRow[]> {
  if (!isInstalled()) {
    const missing = 'prometheus-alertmanager is not installed (apt-get install prometheus-alertmanager)';
    return [{ ...plainRow('peer', 'Alertmanager to compare with', missing), goal: 'installed', met: false }];
  }
  const rows: ProofRow[] = [];
  const parts = [
    () => throughputRows(sizes.throughput, say),
    async () => [await warmRow(sizes.warm.count, sizes.warm.runs, say)],
    () => urgentRows(sizes.urgent),
    () => stormRows(sizes.storm),
    () => pacedRows(sizes.paced),
  ];
  for (const part of parts) rows.push(...(await part()));
  return rows;
}

export const alerts: Proof = {
  name: 'alerts',
  what: 'alerts from the bus to a receiver against Alertmanager: throughput, urgency, storms, pace, memory (--seconds below 120: short form)',
  sabotages: [],
  run: ({ seconds, say }) => measure(seconds < wholeFromSeconds ? short : whole, say),
};
