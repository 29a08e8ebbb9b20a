import path from 'node:path';
import { type CommandResult, runCommand } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';

const root = path.resolve(import.meta.dirname, '../..');
const script = path.join(root, 'infra/docker/compose-up.sh');

/** One compose project on the engine that runs. */
export interface OnEngine {
  /** What `docker` has to be started with: where the engine is, and which client is its own. */
  env: NodeJS.ProcessEnv;
  /** `docker <args>`. Throws when it fails. */
  docker: (...args: string[]) => Promise<string>;
  /** The container of a service, whatever its state. Throws when there is not exactly one. */
  idOf: (service: string) => Promise<string>;
}

/** Asks the script for the engine once: asked for each command, it took ten times as long as the command. */
export async function onEngine(project: string, env: NodeJS.ProcessEnv): Promise<OnEngine> {
  const asked = await runCommand('bash', ['-c', `eval "$(bash '${script}' env)"; env -0`], env);
  const known = { ...env };
  for (const [name, value] of wellDone(['env'], asked)
    .split('\0')
    .map((one) => one.split(/=(.*)/s))) {
    if (name && ['DOCKER_HOST', 'DOCKER_CONFIG', 'PATH'].includes(name)) known[name] = value;
  }
  const docker = async (...args: string[]) => wellDone(args, await runCommand('docker', args, known));
  return {
    env: known,
    docker,
    idOf: async (service) => {
      const labels = [`project=${project}`, `service=${service}`, 'oneoff=False'];
      const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`]);
      const ids = (await docker('ps', '-aq', ...filters)).split('\n').filter((id) => id !== '');
      if (ids.length !== 1) throw new Error(`${service} has ${ids.length} containers`);
      return ids.join();
    },
  };
}

/** What it said, or what it failed with. */
export function wellDone(args: string[], { code, stdout, stderr }: CommandResult): string {
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** The children of a container's first process, in bash: the service itself. Slim images have no pgrep. */
export const mainPid = '$(cat /proc/1/task/1/children)';

/** Kills the service's own process inside its container, as a fault would. */
export async function killMain(exec: (line: string) => Promise<CommandResult>): Promise<void> {
  const line = `kill -9 ${mainPid}`;
  await waitFor('a way into the container', async () => {
    const result = await exec(line);
    const isGone = wasKilled(result);
    if (isGone === null) wellDone([line], result);
    return isGone;
  });
}

/** An engine notices the end of a container a moment after it. */
const ended = /is (restarting|not running)|in a stopped container|is already dead|no running task|No such process/;

/** Null = it failed for a reason of its own. */
function wasKilled({ code, stdout, stderr }: CommandResult): boolean | null {
  const says = `${stdout}${stderr}`;
  // The shell ends with the container whose process it has killed; or that process had ended by itself before.
  if (code === 0 || code === 137 || ended.test(says)) return true;
  // Just after a start the engine may fail to enter a container, or its first process have no child yet: nothing was killed.
  return /setns|usage/.test(says) ? false : null;
}
