import { runProof } from './harness/run-proof.ts';
import { backup } from './torture/backup.ts';

process.exitCode = await runProof({ name: 'torture', proofs: [backup], defaultSeconds: 60 }, process.argv.slice(2));
