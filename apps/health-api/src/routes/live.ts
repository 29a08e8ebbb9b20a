import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';

/** Closing code for "try again later" (RFC 6455, 1013). */
const tryAgainLater = 1013;

/** `GET /api/live`: a WebSocket with a snapshot and then the changes. Key or cookie, and for a cookie our own origin (plugins/auth). */
export function registerLive(app: FastifyInstance, { live, log }: HealthApiContext): void {
  app.route({
    method: 'GET',
    url: '/api/live',
    exposeHeadRoute: false,
    handler: () => {
      throw new OpsError('REQUEST_INVALID', 'this address speaks WebSocket', { hint: 'Ask with Upgrade: websocket.' });
    },
    wsHandler: (socket) => {
      socket.on('error', (error) => log.debug({ event: 'live.error', err: error }));
      socket.on('close', () => live.remove(socket));
      if (!live.add(socket)) socket.close(tryAgainLater, 'too many viewers');
    },
  });
}
