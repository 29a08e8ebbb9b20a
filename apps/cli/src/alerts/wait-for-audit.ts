import { setTimeout as sleep } from 'node:timers/promises';
import { AlertAudit } from '@yoban/shared/contracts/alert-command';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { CommandContext } from '../command.ts';
import type { KitApi } from '../kit-api.ts';

const lookEveryMs = 150;
/** A test-send over a channel that hangs is given up by the alerter after 10 s. */
const limitMs = 20 * SECOND;

/**
 * What became of a command that the server has taken.
 * @throws OpsError ALERTER_SILENT when the alerter does not answer in time; the command stays and is done when it does.
 */
export async function waitForAudit({ io, words }: CommandContext, api: KitApi, commandId: string): Promise<AlertAudit> {
  const giveUpAt = io.now() + limitMs;
  for (;;) {
    const audit = await auditOf(api, commandId);
    if (audit) return audit;
    if (io.signal.aborted || io.now() > giveUpAt) {
      throw new OpsError('ALERTER_SILENT', words.alerts.silent(limitMs / SECOND));
    }
    await sleep(lookEveryMs);
  }
}

async function auditOf(api: KitApi, commandId: string): Promise<AlertAudit | null> {
  try {
    return await api.get(`/api/alerts/commands/${encodeURIComponent(commandId)}`, AlertAudit);
  } catch (error) {
    if (error instanceof OpsError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
