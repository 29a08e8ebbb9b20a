import path from 'node:path';
import { type CommandResult, runCommand } from '@yoban/shared/testing/running-kit';
import { NotHere } from './not-here.ts';

const script = path.resolve(import.meta.dirname, '../../../infra/docker/compose-up.sh');

/** The container engine of a run: the one that answers, else one of its own. */
export interface Engine {
  /** As DOCKER_HOST. */
  host: string;
  /** `compose-up.sh <verb> <folder> <args>` for a project. Throws when it fails. */
  project(name: string, verb: 'up' | 'down' | 'compose', folder: string, ...args: string[]): Promise<string>;
}

let starting: Promise<{ engine: Engine; isOurs: boolean }> | null = null;

/** Started at the first question, for all that ask. @throws NotHere */
export async function engineOfRun(): Promise<Engine> {
  starting ??= startEngine();
  return (await starting).engine;
}

/** Ends the engine that was started for this run, and no other. */
export async function endEngine(): Promise<void> {
  const started = await starting?.catch(() => null);
  starting = null;
  if (started?.isOurs) await call(['stop'], process.env);
}

async function startEngine(): Promise<{ engine: Engine; isOurs: boolean }> {
  // It ends with 1 where none runs.
  const isOurs = (await call(['env'], process.env)).code !== 0;
  const { code, stderr } = await call(['engine'], process.env);
  if (code !== 0) throw new NotHere(`no container engine: ${stderr.trim().split('\n').at(-1)}`);
  const asked = `eval "$(bash '${script}' env)" && echo "\${DOCKER_HOST:-}"`;
  const host = (await runCommand('bash', ['-c', asked], process.env)).stdout.trim() || 'unix:///var/run/docker.sock';
  const engine: Engine = {
    host,
    project: async (name, verb, folder, ...args) => {
      const { code, stdout, stderr } = await call([verb, folder, '--', ...args], {
        ...{ ...process.env, COMPOSE_PROJECT_NAME: name, COMPOSE_FILE: 'compose.yaml' },
      });
      if (code !== 0) throw new Error(`compose ${verb} ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return stdout;
    },
  };
  return { engine, isOurs };
}

const call = (args: string[], env: NodeJS.ProcessEnv): Promise<CommandResult> =>
  runCommand('bash', [script, ...args], env);
