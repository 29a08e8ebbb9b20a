import path from 'node:path';
import { type CommandResult, runCommand } from '@yoban/shared/testing/running-kit';
import { killMain, onEngine, wellDone } from './on-engine.ts';

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
  /** Kills a service's own process inside its container. */
  crash: (service: string) => Promise<void>;
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
  Object.assign(env, (await onEngine(name, env)).env);
  const engine = env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  env.DOCKER_SOCKET = engine.replace('unix://', '');
  const run = async (command: string, ...args: string[]) => wellDone(args, await runCommand(command, args, env));
  await run('bash', script, 'up', root);
  const compose = (...args: string[]) => run('bash', script, 'compose', root, '--', ...args);
  const docker = (host: string, ...args: string[]) => runCommand('docker', ['-H', host, ...args], env);
  const exec = (service: string, line: string) => ['exec', `${name}-${service}-1`, 'bash', '-c', line];
  return {
    ...{ engine, name },
    proxy: `tcp://${await compose('port', 'socket-proxy', '2375')}`,
    docker,
    inside: (service, line) => run('docker', '-H', engine, ...exec(service, line)),
    crash: (service) => killMain((line) => docker(engine, ...exec(service, line))),
    remove: async () => void (await compose('down', '-v', '--timeout', '1')),
  };
}
