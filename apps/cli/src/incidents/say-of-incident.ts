import { setTimeout as sleep } from 'node:timers/promises';
import { Incident } from '@yoban/shared/contracts/incident';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { openKitApi } from '../kit-api.ts';

const Taken = z.object({ commandId: z.string() });
const lookEveryMs = 150;
const limitMs = 20 * SECOND;

export const incidentRoute = (id: string): string => `/api/incidents/${encodeURIComponent(id)}`;

/**
 * Sends what a person says of an incident and waits until the watchdog has written it; gives the incident as it is then.
 * @throws OpsError WATCHDOG_SILENT when it is not written in time; the command stays and is done when the watchdog is back.
 */
export async function sayOfIncident(
  context: CommandContext,
  { id, what, body }: { id: string; what: 'ack' | 'note' | 'false-alarm'; body: unknown },
): Promise<Incident> {
  const { io, words } = context;
  const api = openKitApi(context);
  const before = await api.get(incidentRoute(id), Incident);
  await api.post(`${incidentRoute(id)}/${what}`, body, Taken);
  const giveUpAt = io.now() + limitMs;
  for (;;) {
    const now = await api.get(incidentRoute(id), Incident);
    if (now.revision > before.revision) return now;
    if (io.signal.aborted || io.now() > giveUpAt)
      throw new OpsError('WATCHDOG_SILENT', words.incidents.silent(limitMs / SECOND));
    await sleep(lookEveryMs);
  }
}
