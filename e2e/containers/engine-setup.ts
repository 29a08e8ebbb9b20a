import path from 'node:path';
import { runCommand } from '@yoban/shared/testing/running-kit';
import { onEngine } from './on-engine.ts';

const script = path.resolve(import.meta.dirname, '../../infra/docker/compose-up.sh');
let isOurs = false;

/** One engine for all files of the run: started where none answers. */
export async function setup(): Promise<void> {
  isOurs = (await runCommand('bash', [script, 'status'], process.env)).stdout.includes('no engine runs');
  const { code, stderr } = await runCommand('bash', [script, 'engine'], process.env);
  if (code !== 0) throw new Error(`no container engine: ${stderr}`);
}

/** Stops the engine that was started for the run, and no other; somebody else may have come to use it meanwhile. */
export async function teardown(): Promise<void> {
  if (!isOurs) return;
  const { docker } = await onEngine('none', process.env);
  if ((await docker('ps', '-q')) === '') await runCommand('bash', [script, 'stop'], process.env);
}
