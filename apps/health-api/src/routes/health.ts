import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { healthDetail } from '../core/health-detail.ts';
import { healthDraft, wantsHealthJson } from '../core/health-draft.ts';
import type { Auth } from '../plugins/auth.ts';

const retryAfterS = 10;

/**
 * `GET /api/health` (H1): 200 while this process answers, whatever the status, since scripts take any other code for "down".
 * `?strict=1` and the health+json draft are for those who want the code to tell.
 */
export function registerHealth(app: FastifyInstance, context: HealthApiContext, auth: Auth): void {
  app.get('/api/health', { config: { auth: 'none' } }, (request, reply) => {
    const { health, text } = context.snapshot.current(context.now());
    const query = request.query as Record<string, unknown>;
    const asDraft = wantsHealthJson(request.headers.accept ?? '');
    const fails = health.status === 'unhealthy' && (asDraft || query.strict === '1');
    reply
      .code(fails ? 503 : 200)
      .header('cache-control', 'no-store')
      .header('vary', 'Accept')
      .header('x-health-status', health.status);
    if (fails) reply.header('retry-after', retryAfterS);
    if (asDraft) return reply.type('application/health+json; charset=utf-8').send(JSON.stringify(healthDraft(health)));
    const known = auth.whoIs(request).kind !== 'nobody';
    return reply.type('application/json; charset=utf-8').send(known ? withDetail(context, health) : text);
  });
}

/** With the key: also what would tell a stranger about this machine. */
function withDetail({ model }: HealthApiContext, health: HealthResponse): string {
  return JSON.stringify({ ...health, detail: healthDetail(model) });
}
