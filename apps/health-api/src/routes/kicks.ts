import { randomUUID } from 'node:crypto';
import { type Kick, KickRequest } from '@yoban/shared/contracts/kick';
import { isoTime } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { kickRefusal } from '@yoban/shared/kick/kick-refusal';
import type { Kicker } from '@yoban/shared/kick/read-kickers';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { createFailedTries } from '../core/failed-tries.ts';
import { wrongField } from '../core/wrong-field.ts';
import type { Auth } from '../plugins/auth.ts';
import { loggedError, sendProblem } from '../plugins/error-handler.ts';
import { createKickAudit } from '../state/kick-audit.ts';
import { createKickDoor } from '../state/kick-door.ts';
import { parseBody } from './body.ts';

/** A request that is away, taken or in conflict is no guess at anything. */
const notFailures: readonly string[] = ['CONFLICT', 'BUS_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'UNEXPECTED'];
const bodyLimitBytes = 4 * 1024;

/**
 * `POST /api/kicks {action, source, service?, id?}` with a service's kick token: asks for one of its allowed actions (W6). 202 when the
 * watchdog will take it in its next cycle; every try, also each refusal, is a row in the audit.
 */
export function registerKicks(app: FastifyInstance, context: HealthApiContext, auth: Auth): void {
  const { config, now, producer } = context;
  const tries = createFailedTries();
  const audit = createKickAudit(context);
  const door = createKickDoor({ producer, runDir: config.kit.paths.run, now });
  app.post(
    '/api/kicks',
    {
      bodyLimit: bodyLimitBytes,
      config: { auth: 'kick' },
      onRequest: async (request) => {
        const waitMs = tries.waitMs(request.ip, now());
        if (waitMs > 0)
          throw new OpsError('TOO_MANY_REQUESTS', 'too many kicks were refused to this address', {
            fields: { retryAfterS: Math.ceil(waitMs / 1000) },
          });
        auth.kickersOf(request);
      },
      errorHandler: (error, request, reply) => {
        const ops = loggedError(error, request);
        if (!notFailures.includes(ops.code)) tries.failed(request.ip, now());
        audit.refused(request, ops);
        if (typeof ops.fields.retryAfterS === 'number') void reply.header('retry-after', ops.fields.retryAfterS);
        return sendProblem(reply, ops);
      },
    },
    async (request, reply) => {
      const kick = allowedKick(request, auth.kickersOf(request), now());
      await door.ask(kick);
      audit.accepted(request, kick);
      const { id, service, action } = kick;
      return reply.code(202).send({ id, service, action });
    },
  );
}

/** Throws OpsError REQUEST_INVALID, or FORBIDDEN for what its service does not allow. */
function allowedKick(request: FastifyRequest, kickers: readonly Kicker[], now: number): Kick {
  const { id = randomUUID(), service, action, source } = parseBody(request, KickRequest);
  const kicker = kickerOf(kickers, service);
  const refusal = kickRefusal(kicker, { action, source });
  if (refusal === 'source_not_allowed')
    throw wrongField('source', `a source has to fit ${kicker.sourcePattern}, and says who it is (line:<id>)`);
  if (refusal === 'action_not_allowed')
    throw new OpsError('FORBIDDEN', `"${action}" is not among the actions that may be asked for`, {
      hint: `There are: ${kicker.allow.join(', ')}`,
    });
  return { id, service: kicker.service, action, source, via: 'http', at: isoTime(now) };
}

function kickerOf(kickers: readonly Kicker[], service: string | undefined): Kicker {
  const [first, ...others] = kickers.filter((one) => service === undefined || one.service === service);
  const names = kickers.map((one) => one.service).join(', ');
  if (!first) throw new OpsError('FORBIDDEN', `this token is not for "${service}"`, { hint: `It is for: ${names}` });
  if (others.length > 0) throw wrongField('service', `the token is for several; name one of: ${names}`);
  return first;
}
