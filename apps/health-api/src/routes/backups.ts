import { randomUUID } from 'node:crypto';
import { atMost, late } from '@yoban/shared/at-most';
import { type BackupCommand, Tier } from '@yoban/shared/contracts/backup';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { invalidRequest } from '../plugins/error-handler.ts';
import { audit } from '../state/audit.ts';

const Body = z.strictObject({ db: z.string().min(1), tier: Tier.default('hourly') });
const busLimitMs = 3 * SECOND;

/** `GET /api/backups`: what there is. `POST /api/backups {db, tier}`: asks the backup worker for one more; 202 with its request. */
export function registerBackups(app: FastifyInstance, context: HealthApiContext): void {
  app.get('/api/backups', (_request, reply) => {
    const databases = [...context.model.overviews.values()].map((one) => one.overview);
    return reply.header('cache-control', 'no-store').send({ databases });
  });
  app.post('/api/backups', async (request, reply) => {
    const parsed = Body.safeParse(request.body);
    if (!parsed.success) throw invalidRequest(parsed.error);
    const { db, tier } = parsed.data;
    if (!context.model.databases.some(({ name }) => name === db))
      throw new OpsError('DB_UNKNOWN', `there is no database "${db}"`);
    const command: BackupCommand = {
      requestId: randomUUID(),
      db,
      tier,
      dueAt: null,
      trigger: 'manual',
      actor: 'operator',
    };
    try {
      await enqueue(context, command);
    } catch (error) {
      auditBackup(context, command, 'failed');
      throw error;
    }
    auditBackup(context, command, 'ok');
    return reply.code(202).send({ requestId: command.requestId });
  });
}

/** Throws OpsError BUS_UNAVAILABLE when Redis is away, or is there but does not answer: no click waits for it longer than 3 s. */
async function enqueue({ producer }: HealthApiContext, command: BackupCommand): Promise<void> {
  const away = new OpsError('BUS_UNAVAILABLE', 'the backup worker cannot be reached: Redis does not take the request');
  if (!producer) throw away;
  if ((await atMost(producer.add('backupRun', command.requestId, command), busLimitMs)) === late) throw away;
}

function auditBackup(context: HealthApiContext, command: BackupCommand, result: 'ok' | 'failed'): void {
  const { actor, db, tier, requestId } = command;
  audit(context, { actor, action: 'backup', target: db, result, details: { tier, requestId } });
}
