import { agent } from './bench/agent.ts';
import { alerts } from './bench/alerts.ts';
import { footprint } from './bench/footprint.ts';
import { mttr } from './bench/mttr.ts';
import { restart } from './bench/restart.ts';
import { snapshot } from './bench/snapshot.ts';
import { runProof } from './harness/run-proof.ts';

process.exitCode = await runProof(
  { name: 'bench', proofs: [snapshot, agent, footprint, restart, mttr, alerts], defaultSeconds: 600 },
  process.argv.slice(2),
);
