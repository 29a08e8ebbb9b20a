import { plainWords } from '@yoban/shared/config/plain-words';
import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';

const Variables = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(2375),
  DOCKER_SOCKET: z
    .string()
    .startsWith('/', 'is the whole path of a socket, such as /var/run/docker.sock')
    .default('/var/run/docker.sock'),
});

/** Bounds of what one caller, or a broken engine, can take up. */
export interface ProxyLimits {
  connections: number;
  headerBytes: number;
  /** For a caller to send its request. */
  requestMs: number;
  /** For the engine to answer a question, or to begin a stream. */
  askMs: number;
  /** For the engine to stop or start something: above the longest time that may be asked for. */
  actMs: number;
  /** Between looks at the engine. */
  lookMs: number;
  /** An engine away for this long ends the proxy. */
  awayMs: number;
}

export interface SocketProxyConfig {
  host: string;
  port: number;
  socketPath: string;
  limits: ProxyLimits;
}

const limits: ProxyLimits = {
  connections: 64,
  headerBytes: 8 * 1024,
  requestMs: 5_000,
  askMs: 10_000,
  actMs: 660_000,
  lookMs: 10_000,
  awayMs: 60_000,
};

/** Reads what the proxy needs; it knows nothing of yoban.yml. @throws OpsError CONFIG_INVALID naming every bad variable at once. */
export function readSocketProxyConfig(env: Readonly<Record<string, string | undefined>>): SocketProxyConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse(given);
  if (parsed.success) {
    const { HOST: host, PORT: port, DOCKER_SOCKET: socketPath } = parsed.data;
    return { host, port, socketPath, limits };
  }
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${plainWords(issue)}`);
  throw new OpsError('CONFIG_INVALID', `the environment has ${lines.length} problem(s):\n  ${lines.join('\n  ')}`, {
    hint: 'Mend the variables named.',
    fields: { problems: lines },
  });
}
