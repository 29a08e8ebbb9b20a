import type { AlertAudit } from '@yoban/shared/contracts/alert-command';
import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { type KitApi, openKitApi } from '../kit-api.ts';
import { waitForAudit } from './wait-for-audit.ts';

/** The server has the command; the alerter's own word follows. */
export const Taken = z.object({ commandId: z.string() });
type Taken = z.infer<typeof Taken>;

/**
 * Sends a command to the alerter and waits until it is done.
 * @throws OpsError CONFLICT when it changed nothing, with why
 */
export async function runAlertCommand(
  context: CommandContext,
  ask: (api: KitApi) => Promise<Taken>,
): Promise<AlertAudit> {
  const { words } = context;
  const api = openKitApi(context);
  const { commandId } = await ask(api);
  const audit = await waitForAudit(context, api, commandId);
  if (audit.done) return audit;
  const reasons: Readonly<Record<string, string>> = words.alerts.reasons;
  throw new OpsError('CONFLICT', reasons[audit.reason] ?? audit.reason);
}
