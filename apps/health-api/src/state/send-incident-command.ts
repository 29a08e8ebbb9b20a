import { randomUUID } from 'node:crypto';
import { atMost, late } from '@yoban/shared/at-most';
import { IncidentCommand } from '@yoban/shared/contracts/incident-command';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { HealthApiContext } from '../context.ts';
import { audit } from './audit.ts';

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

const busLimitMs = 3 * SECOND;

/**
 * Hands what a person says of an incident to the watchdog, who owns it, and writes that into the audit. Resolves to the command's id
 * when Redis has it; the changed incident comes as a fact.
 * @throws OpsError BUS_UNAVAILABLE when Redis is away, or does not answer within 3 s
 */
export async function sendIncidentCommand(
  context: HealthApiContext,
  request: Without<IncidentCommand, 'id' | 'at'>,
): Promise<string> {
  const command = IncidentCommand.parse({ ...request, id: randomUUID(), at: isoTime(context.now()) });
  const { id, incidentId, actor, at: _at, do: what, ...said } = command;
  const row = { actor, action: `incident.${what}`, target: incidentId, details: { commandId: id, ...said } };
  try {
    await enqueue(context, command);
  } catch (error) {
    audit(context, { ...row, result: 'failed' });
    throw error;
  }
  audit(context, { ...row, result: 'ok' });
  return id;
}

async function enqueue({ producer }: HealthApiContext, command: IncidentCommand): Promise<void> {
  const away = new OpsError('BUS_UNAVAILABLE', 'the watchdog cannot be reached: Redis does not take the request');
  if (!producer) throw away;
  if ((await atMost(producer.add('incidentCommand', command.id, command), busLimitMs)) === late) throw away;
}
