import type { Kick } from '@yoban/shared/contracts/kick';
import { MINUTE } from '@yoban/shared/contracts/time';
import type { OpsError } from '@yoban/shared/errors';
import type { FastifyRequest } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { audit } from './audit.ts';

export interface KickAudit {
  accepted(request: FastifyRequest, kick: Kick): void;
  refused(request: FastifyRequest, error: OpsError): void;
}

/** Each row is a write to the disk. Of a flood the first thousand a minute get one each, the rest one together that counts them. */
const rowsMax = 1_000;

/** The rows of kicks in the audit, refused ones too. */
export function createKickAudit(context: HealthApiContext): KickAudit {
  const { now, log } = context;
  const minute = { since: now(), rows: 0, uncounted: 0 };
  const turn = () => {
    if (now() - minute.since < MINUTE) return;
    const { uncounted } = minute;
    Object.assign(minute, { since: now(), rows: 0, uncounted: 0 });
    if (uncounted > 0)
      audit(context, {
        ...{ actor: 'unknown', action: 'kick', target: 'several', result: 'refused' },
        details: { more: uncounted },
      });
  };
  return {
    accepted: (request, { id, service, action, source }) => {
      turn();
      log.info({ event: 'kick.accepted', id, service, action, source, address: request.ip });
      audit(context, {
        ...{ actor: source, action: 'kick', target: service, result: 'ok' },
        details: { id, action, address: request.ip },
      });
    },
    refused: (request, { code, message }) => {
      turn();
      minute.rows += 1;
      if (minute.rows > rowsMax) {
        minute.uncounted += 1;
        return;
      }
      log.warn({ event: 'kick.refused', code, address: request.ip });
      const given = givenOf(request.body);
      audit(context, {
        ...{ actor: given.source ?? 'unknown', action: 'kick', target: given.service ?? 'unknown', result: 'refused' },
        details: { code, why: message, ...given, address: request.ip },
      });
    },
  };
}

/** What a refused request said of itself, cut short: it may be anything. */
function givenOf(body: unknown): Partial<Record<'id' | 'service' | 'action' | 'source', string>> {
  if (typeof body !== 'object' || body === null) return {};
  const texts = Object.entries(body).filter(
    (entry): entry is [string, string] =>
      ['id', 'service', 'action', 'source'].includes(entry[0]) && typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts.map(([name, text]) => [name, text.slice(0, 100)]));
}
