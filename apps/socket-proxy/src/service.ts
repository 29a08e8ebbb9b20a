import type { AddressInfo } from 'node:net';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { checkSocket } from './check-socket.ts';
import type { SocketProxyConfig } from './config.ts';
import { createProxyServer } from './proxy-server.ts';
import { watchEngine } from './watch-engine.ts';

export interface ServiceDeps {
  log: Log;
  stop: StopStack;
  /** The engine stayed away for too long. */
  onLost: (error: OpsError) => void;
}

/**
 * Asks the engine once, then listens. @returns where.
 * @throws OpsError SUPERVISOR_UNAVAILABLE when the socket is missing, may not be opened or does not answer; CONFIG_INVALID when the
 * address cannot be had.
 */
export async function createService(
  config: SocketProxyConfig,
  { log, stop, onLost }: ServiceDeps,
): Promise<{ host: string; port: number }> {
  const { host, port, socketPath, limits } = config;
  await checkSocket(socketPath, limits.askMs);
  const server = createProxyServer({ engine: { socketPath }, limits, log });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenProblem(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  stop.push('http', async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    // Streams of events have no end of their own.
    server.closeAllConnections();
    await closed;
  });
  watchEngine({ engine: { socketPath }, limits, log, stop, onLost });
  const { address, port: listening } = server.address() as AddressInfo;
  return { host: address, port: listening };
}

function listenProblem(error: Error, host: string, port: number): Error {
  if (!hasErrno(error, 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND')) return error;
  return new OpsError('CONFIG_INVALID', `cannot listen on ${host}:${port}: ${error.message}`, {
    hint: `Find the program that has the port (ss -ltnp 'sport = :${port}'), or set PORT and HOST to free ones.`,
  });
}
