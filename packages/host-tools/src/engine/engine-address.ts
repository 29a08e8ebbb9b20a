import { EngineHost } from '@yoban/shared/config/fields';
import { OpsError } from '@yoban/shared/errors';

/** Where a container engine listens. */
export type EngineAddress = { socketPath: string } | { host: string; port: number };

const usual = 'unix:///var/run/docker.sock';
const plainPort = 2375;

/**
 * `unix:///path` or `tcp://host:port`, as configured, else DOCKER_HOST, else the usual socket.
 * @throws OpsError CONFIG_INVALID for another form: ssh and TLS are left to a tunnel or the socket proxy.
 */
export function engineAddress(configured: string | null, env: NodeJS.ProcessEnv = process.env): EngineAddress {
  const text = configured ?? (env.DOCKER_HOST || usual);
  if (EngineHost.safeParse(text).success) {
    const socketPath = /^unix:\/\/(.+)$/.exec(text)?.[1];
    if (socketPath) return { socketPath };
    const { host = '', port } = /^tcp:\/\/\[?(?<host>[^\]/]+?)\]?(?::(?<port>\d+))?\/?$/.exec(text)?.groups ?? {};
    return { host, port: Number(port ?? plainPort) };
  }
  throw new OpsError('CONFIG_INVALID', `"${text}" is not an address of a container engine`, {
    hint: 'Write supervisor.host or DOCKER_HOST as unix:///var/run/docker.sock or tcp://socket-proxy:2375.',
  });
}

/** How people read it. */
export const engineName = (address: EngineAddress): string =>
  'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
