import { randomUUID } from 'node:crypto';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { matchesAll, parseMatcher } from '../core/alertmanager/label-filter.ts';
import { type KnownSilence, silenceStateAt } from '../core/known-silence.ts';
import { SilenceRequest, silenceOf } from '../core/silence-request.ts';
import { type CommandRequest, sendCommand } from '../state/send-command.ts';
import { paramOf } from './alert-commands.ts';
import { parseBody } from './body.ts';
import { parseQuery, severalTexts } from './query.ts';

/** How long an answer waits for the alerter, so that what was asked for can be seen at once. The queue keeps it however long it takes. */
const alerterLimitMs = 5 * SECOND;

const Query = z.object({ filter: severalTexts });
const Body = SilenceRequest.extend({ id: z.string().max(100).nullish() });

/** `GET,POST /api/v2/silences`, `GET,DELETE /api/v2/silence/:id`. */
export function registerAlertmanagerSilences(app: FastifyInstance, context: HealthApiContext): void {
  const { model, now } = context;
  const config = { auth: 'ingest' } as const;
  const knownOf = (request: FastifyRequest): KnownSilence => {
    const known = model.silences.get(paramOf(request, 'id'));
    if (!known) throw new OpsError('NOT_FOUND', 'silence not found');
    return known;
  };
  app.get('/api/v2/silences', { config }, (request, reply) => {
    const matchers = parseQuery(request, Query).filter.map(parseMatcher);
    const all = [...model.silences.values()].filter(({ silence }) =>
      matchesAll(matchers, Object.fromEntries(silence.matchers.map(({ name, value }) => [name, value]))),
    );
    const order = { active: 0, pending: 1, expired: 2 };
    const answer = all.map((one) => gettable(one, now()));
    answer.sort((a, b) => order[a.status.state] - order[b.status.state] || a.endsAt.localeCompare(b.endsAt));
    return reply.header('cache-control', 'no-store').send(answer);
  });
  app.get('/api/v2/silence/:id', { config }, (request, reply) =>
    reply.header('cache-control', 'no-store').send(gettable(knownOf(request), now())),
  );
  app.post('/api/v2/silences', { config }, async (request, reply) => {
    const { id, ...asked } = parseBody(request, Body);
    const known = id ? model.silences.get(id) : undefined;
    if (id && !known) throw new OpsError('NOT_FOUND', 'silence not found');
    // One that is over cannot be taken up again: it becomes another.
    const kept = known && silenceStateAt(known, now()) !== 'expired' ? known.silence.id : randomUUID();
    const silence = silenceOf(asked, kept, now());
    await done(context, { do: 'silence', actor: silence.createdBy, silence });
    return reply.send({ silenceID: silence.id });
  });
  app.delete('/api/v2/silence/:id', { config }, async (request, reply) => {
    const known = knownOf(request);
    const { id } = known.silence;
    if (silenceStateAt(known, now()) !== 'expired')
      await done(context, { do: 'unsilence', actor: 'alertmanager-api', silenceId: id });
    return reply.code(200).send();
  });
}

function gettable(known: KnownSilence, now: number) {
  const { silence, updatedAt } = known;
  return { ...silence, updatedAt: isoTime(updatedAt), status: { state: silenceStateAt(known, now) } };
}

/**
 * Asks the alerter and waits until it has told what became of it, and until the silence is shown so.
 * @throws OpsError CONFLICT with the alerter's reason when it refused
 */
async function done(
  context: HealthApiContext,
  request: CommandRequest & { do: 'silence' | 'unsilence' },
): Promise<void> {
  const { model, facts, now } = context;
  const id = await sendCommand(context, request);
  const isShown = () => {
    if (request.do === 'silence') return model.silences.has(request.silence.id);
    const known = model.silences.get(request.silenceId);
    return !known || silenceStateAt(known, now()) === 'expired';
  };
  const refused = () => model.alertAudits.get(id)?.done === false;
  await facts.until(() => refused() || (model.alertAudits.has(id) && isShown()), alerterLimitMs);
  if (refused()) throw new OpsError('CONFLICT', `the alerter refused: ${model.alertAudits.get(id)?.reason}`);
}
