import type { Ping } from '@yoban/shared/contracts/ping';
import { OpsError } from '@yoban/shared/errors';
import { redact } from '@yoban/shared/redact';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import type { Auth } from '../plugins/auth.ts';

const bodyLimitBytes = 1024 * 1024;
const noteMaxLength = 200;
/** More often than this no job runs. */
const pingsPerMinute = 120;

/**
 * `GET,POST /ping/:token[/start|/fail|/:exit|/log]`: a job's own word that it began, ended well or failed, as healthchecks.io takes
 * it; 0 is a good exit code. What it sends along may be anything; its last line is kept.
 */
export async function registerPings(app: FastifyInstance, context: HealthApiContext, auth: Auth): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyLimitBytes }, (_request, text, parsed) =>
      parsed(null, text),
    );
    for (const end of ['', '/start', '/fail', '/log', '/:exit'])
      scope.route({
        method: ['GET', 'POST'],
        url: `/ping/:token${end}`,
        bodyLimit: bodyLimitBytes,
        config: {
          auth: 'ping',
          rateLimit: { max: pingsPerMinute, timeWindow: 60_000, keyGenerator: (request) => auth.pingTokenOf(request) },
        },
        handler: (request, reply) => {
          context.pings.take(auth.pingTokenOf(request), pingOf(end, request), noteOf(request.body));
          return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send('OK');
        },
      });
    done();
  });
}

function pingOf(end: string, request: FastifyRequest): Ping {
  if (end === '') return { kind: 'success' };
  if (end === '/start') return { kind: 'start' };
  if (end === '/log') return { kind: 'log' };
  if (end === '/fail') return { kind: 'fail', exitCode: null };
  const { exit } = request.params as { exit?: unknown };
  const exitCode = typeof exit === 'string' && /^\d{1,3}$/.test(exit) ? Number(exit) : Number.NaN;
  if (!(exitCode <= 255))
    throw new OpsError('REQUEST_INVALID', 'the address ends with nothing a ping can say', {
      hint: 'End it with nothing, /start, /fail, /log or an exit code from 0 to 255.',
    });
  return exitCode === 0 ? { kind: 'success' } : { kind: 'fail', exitCode };
}

/** The last line that says something; null when nothing was sent. */
function noteOf(body: unknown): string | null {
  const lines = typeof body === 'string' ? body.split(/\r?\n/) : [];
  const last = lines.findLast((line) => line.trim() !== '')?.trim();
  return last === undefined ? null : redact(last.slice(0, 4 * noteMaxLength)).slice(0, noteMaxLength);
}
