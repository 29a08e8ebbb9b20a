import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { engineOfRun } from './engine.ts';
import type { Place } from './place.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/**
 * A real container. It has the machine's network and process numbers, so that a case names its process and its port as ever, and
 * the sources and its folder under the names that they have here.
 */
export async function underCompose(script: string): Promise<Place> {
  const engine = await engineOfRun();
  const dir = path.dirname(script);
  const project = path.basename(dir).toLowerCase();
  const demo = {
    ...{ image: 'node:24-bookworm-slim', command: ['node', script], network_mode: 'host', pid: 'host' },
    ...{ restart: 'unless-stopped', stop_grace_period: '3s' },
    volumes: [`${root}:${root}:ro`, `${dir}:${dir}`],
  };
  const file = path.join(dir, 'compose.yaml');
  writeFileSync(file, JSON.stringify({ services: { demo } }));
  return {
    ...{ kind: 'compose', env: {} },
    supervisor: { kind: 'compose', project, service: 'demo', host: engine.host, file },
    start: async () => void (await engine.project(project, 'up', dir)),
    stop: async () => void (await engine.project(project, 'compose', dir, 'down', '-v', '--timeout', '1')),
    daemonPid: () => null,
  };
}
