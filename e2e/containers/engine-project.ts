import path from 'node:path';
import { type CommandResult, runCommand } from '@yoban/shared/testing/running-kit';

const root = path.resolve(import.meta.dirname, '../..');
const script = path.join(root, 'infra/docker/compose-up.sh');

/** The project of socket-proxy.compose.yml on a running engine. */
export interface EngineProject {
  /** Address of the engine itself, as DOCKER_HOST. */
  engine: string;
  /** Address of the proxy, as DOCKER_HOST. */
  proxy: string;
  name: string;
  /** `docker <args>` as the user of an address. */
  docker: (host: string, ...args: string[]) => Promise<CommandResult>;
  /** A shell line in a service's container. Throws when it fails. */
  inside: (service: string, line: string) => Promise<string>;
  /** Leaves nothing of the project. */
  remove: () => Promise<void>;
}

/** Starts the project on the engine that runs. */
export async function startEngineProject(): Promise<EngineProject> {
  const name = `yoban-proxy-${process.pid}`;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_FILE: 'e2e/containers/socket-proxy.compose.yml',
  };
  // Asked once: where the engine is, and which client is its own.
  const known = await wellDone('bash', ['-c', `eval "$(bash '${script}' env)"; env -0`], env);
  for (const [name, value] of known.split('\0').map((one) => one.split(/=(.*)/s))) {
    if (name && ['DOCKER_HOST', 'DOCKER_CONFIG', 'PATH'].includes(name)) env[name] = value;
  }
  const engine = env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  env.DOCKER_SOCKET = engine.replace('unix://', '');
  await wellDone('bash', [script, 'up', root], env);
  const compose = (...args: string[]) => wellDone('bash', [script, 'compose', root, '--', ...args], env);
  const docker = (host: string, ...args: string[]) => runCommand('docker', ['-H', host, ...args], env);
  return {
    ...{ engine, name },
    proxy: `tcp://${await compose('port', 'socket-proxy', '2375')}`,
    docker,
    inside: async (service, line) =>
      wellDone('docker', ['-H', engine, 'exec', `${name}-${service}-1`, 'bash', '-c', line], env),
    remove: async () => void (await compose('down', '-v', '--timeout', '1')),
  };
}

async function wellDone(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, args, env);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return stdout.trim();
}
