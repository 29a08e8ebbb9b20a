import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Producer } from '@yoban/shared/bus/producer';
import { type QueueKey, queues } from '@yoban/shared/bus/queues';
import { OpsError } from '@yoban/shared/errors';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { registerErrorHandler, sendProblem } from './plugins/error-handler.ts';
import { registerSecurity } from './plugins/security.ts';

export interface QueuePages {
  /** Answers a request whose reply was taken over (hijacked) from the outer server. */
  answer(request: FastifyRequest, reply: FastifyReply): void;
  close(): Promise<void>;
}

const isQueueKey = (key: string): key is QueueKey => Object.hasOwn(queues, key);

/**
 * The queue pages below `basePath`, on an inner server that never listens.
 * @throws OpsError BUS_UNAVAILABLE when Redis is away.
 */
export async function openQueuePages(producer: Producer, basePath: string): Promise<QueuePages> {
  const board = new FastifyAdapter();
  const all = await Promise.all(
    Object.keys(queues)
      .filter(isQueueKey)
      .map((key) => producer.queue(key)),
  );
  createBullBoard({
    queues: all.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'yoban' } },
  });
  board.setBasePath(basePath);
  const inner = fastify({ logger: false, routerOptions: { ignoreTrailingSlash: true } });
  await registerSecurity(inner);
  registerErrorHandler(inner);
  inner.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new OpsError('NOT_FOUND', `there is no ${request.method} ${request.url.split('?')[0]}`)),
  );
  await inner.register(board.registerPlugin(), { prefix: basePath });
  await inner.ready();
  return {
    answer: (request, reply) => inner.routing(request.raw, reply.raw),
    close: () => inner.close(),
  };
}
