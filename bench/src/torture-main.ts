import { runProof } from './harness/run-proof.ts';
import { alerts } from './torture/alerts.ts';
import { backup } from './torture/backup.ts';

process.exitCode = await runProof(
  { name: 'torture', proofs: [backup, alerts], defaultSeconds: 60 },
  process.argv.slice(2),
);
