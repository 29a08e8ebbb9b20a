import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import type { QueuePages } from '../queue-pages.ts';

const home = '/admin/queues';

/**
 * bull-board for every queue, behind the same login (D5). It is 20 MB of code that most days nobody asks for, so it is loaded at the
 * first visit, into an inner server of its own; a request is handed over before its body is read, already past the login.
 */
export function registerQueues(app: FastifyInstance, { producer }: HealthApiContext): void {
  let pages: Promise<QueuePages> | null = null;
  const open = (): Promise<QueuePages> => {
    if (!producer) throw new OpsError('BUS_UNAVAILABLE', 'no Redis is configured, so there are no queues');
    pages ??= import('../queue-pages.ts')
      .then(({ openQueuePages }) => openQueuePages(producer, home))
      .catch((error: unknown) => {
        // Redis may be away at the first visit only.
        pages = null;
        throw error;
      });
    return pages;
  };
  app.addHook('onClose', async () => {
    await (await pages)?.close();
  });
  const handOver = {
    onRequest: async (request: Parameters<QueuePages['answer']>[0], reply: Parameters<QueuePages['answer']>[1]) => {
      const { answer } = await open();
      reply.hijack();
      answer(request, reply);
    },
  };
  const unreached = () => {
    throw new OpsError('UNEXPECTED', 'the queue pages did not take the request');
  };
  for (const url of [home, `${home}/*`])
    app.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url, ...handOver, handler: unreached });
}
