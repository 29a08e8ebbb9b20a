import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CommandResult, runCommand } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { killMain, type OnEngine, onEngine } from './on-engine.ts';

const root = path.resolve(import.meta.dirname, '../..');
const script = path.join(root, 'infra/docker/compose-up.sh');

/** One compose project of the tests' own: its name, its port, its volumes. */
export interface ComposeProject {
  name: string;
  url: string;
  /** Builds it, starts it and waits until every service is healthy. */
  up: () => Promise<CommandResult>;
  /** `docker compose <args>`, to its end, whatever its code. */
  compose: (...args: string[]) => Promise<CommandResult>;
  /** `docker <args>` on the same engine. Throws when it fails. */
  docker: (...args: string[]) => Promise<string>;
  /** The container of a service, whatever its state. */
  idOf: (service: string) => Promise<string>;
  /** A bash line inside a service's container. Throws when it fails. */
  inside: (service: string, line: string) => Promise<string>;
  /** Kills a service's own process inside its container, as a fault would. */
  crash: (service: string) => Promise<void>;
  /** `docker compose run --rm cli <args>`. */
  yoban: (...args: string[]) => Promise<CommandResult>;
  remove: () => void;
}

/** The project's configuration: the one people get, with a grace that a test can wait for. */
function shortConfig(folder: string, graceMs: number): string {
  const text = readFileSync(path.join(root, 'infra/docker/yoban.yml'), 'utf8');
  const file = path.join(folder, 'yoban.yml');
  writeFileSync(file, text.replace('displayName:', `grace: ${graceMs}ms\n    displayName:`));
  return file;
}

/** Nothing runs yet; `up` brings it up. */
export function composeProject(port: number, graceMs: number): ComposeProject {
  const temp = makeTempDir();
  const name = `yoban-e2e-${process.pid}`;
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_FILE: 'docker-compose.yml:e2e/containers/compose.e2e.yml',
    YOBAN_CONFIG: shortConfig(temp.dir, graceMs),
    PORT: String(port),
  };
  const callScript = (...args: string[]) => runCommand('bash', [script, ...args], env);
  const compose = (...args: string[]) => callScript('compose', root, '--', ...args);
  let engine: Promise<OnEngine> | undefined;
  const known = () => {
    engine ??= onEngine(name, env);
    return engine;
  };
  const docker = async (...args: string[]) => (await known()).docker(...args);
  const idOf = async (service: string) => (await known()).idOf(service);
  const exec = async (service: string, line: string) => ['exec', await idOf(service), 'bash', '-c', line];
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    up: () => callScript('up', root),
    compose,
    docker,
    idOf,
    inside: async (service, line) => docker(...(await exec(service, line))),
    crash: async (service) => {
      const { env: its } = await known();
      await killMain(async (line) => runCommand('docker', await exec(service, line), its));
    },
    yoban: (...args) => compose('run', '--rm', '-T', 'cli', ...args),
    remove: temp.remove,
  };
}
