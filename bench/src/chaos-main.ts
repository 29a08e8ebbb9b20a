import { caseChaos, usualChaos, wholeChaos } from './chaos/chaos.ts';
import { soakProof } from './chaos/soak.ts';
import { runProof } from './harness/run-proof.ts';

process.exitCode = await runProof(
  {
    name: 'chaos',
    proofs: [usualChaos, ...caseChaos, soakProof],
    whole: wholeChaos,
    usual: 'usual',
    defaultSeconds: 900,
  },
  process.argv.slice(2),
);
