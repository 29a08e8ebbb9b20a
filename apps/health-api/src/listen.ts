import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';

/**
 * Listens for people, on loopback unless HOST says otherwise. Returns the address.
 * @throws OpsError CONFIG_INVALID when the address cannot be had, naming it.
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (!hasErrno(error, 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL')) throw error;
    throw new OpsError('CONFIG_INVALID', `cannot listen on ${host}:${port}: ${reasonOf(error)}`, {
      hint: `Find the program that has the port (ss -ltnp 'sport = :${port}'), or set PORT and HOST to free ones.`,
    });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
