import { randomUUID } from 'node:crypto';
import { atMost, late } from '@yoban/shared/at-most';
import { AlertCommand } from '@yoban/shared/contracts/alert-command';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { HealthApiContext } from '../context.ts';
import { audit } from './audit.ts';

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;

/** What is asked of the alerter, without its name and its moment. */
export type CommandRequest = Without<AlertCommand, 'id' | 'at'>;

const busLimitMs = 3 * SECOND;

/**
 * Asks the alerter, and writes that into the audit. Resolves to the command's id when Redis has it; the alerter's answer comes as a
 * fact of that id.
 * @throws OpsError BUS_UNAVAILABLE when Redis is away, or is there but does not answer: nobody waits for it longer than 3 s.
 */
export async function sendCommand(context: HealthApiContext, request: CommandRequest): Promise<string> {
  const command = AlertCommand.parse({ ...request, id: randomUUID(), at: isoTime(context.now()) });
  try {
    await enqueue(context, command);
  } catch (error) {
    auditCommand(context, command, 'failed');
    throw error;
  }
  auditCommand(context, command, 'ok');
  return command.id;
}

async function enqueue({ producer }: HealthApiContext, command: AlertCommand): Promise<void> {
  const away = new OpsError('BUS_UNAVAILABLE', 'the alerter cannot be reached: Redis does not take the request');
  if (!producer) throw away;
  if ((await atMost(producer.add('alertCommand', command.id, command), busLimitMs)) === late) throw away;
}

function auditCommand(context: HealthApiContext, command: AlertCommand, result: 'ok' | 'failed'): void {
  const { id, actor, at: _at, do: what, ...rest } = command;
  audit(context, {
    actor,
    action: `alert.${what}`,
    target: targetOf(command),
    result,
    details: { commandId: id, ...rest },
  });
}

function targetOf(command: AlertCommand): string {
  switch (command.do) {
    case 'ack':
    case 'unack':
      return command.alertId;
    case 'silence':
      return command.silence.id;
    case 'unsilence':
      return command.silenceId;
    case 'test':
      return command.channel ?? 'all channels';
    case 'resend':
      return command.noticeId;
    default:
      return command satisfies never;
  }
}
