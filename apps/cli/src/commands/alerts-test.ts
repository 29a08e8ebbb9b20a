import { setTimeout as sleep } from 'node:timers/promises';
import { AlertTest } from '@yoban/shared/contracts/alert-command';
import { SECOND } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { Taken } from '../alerts/run-alert-command.ts';
import { waitForAudit } from '../alerts/wait-for-audit.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { type KitApi, openKitApi } from '../kit-api.ts';

const Tests = z.object({ tests: z.array(AlertTest) });
const lookEveryMs = 150;
/** The alerter tells how each channel did beside what became of the command: the one may arrive before the other. */
const restLimitMs = 3 * SECOND;

/** `alerts test [CHANNEL]`: a message marked TEST over one channel, or over all; 1 unless each took it (A8). */
export const alertsTest: RunCommand = async (context, given) => {
  const { out, words } = context;
  const api = openKitApi(context);
  const channel = given.args[0] ?? null;
  const { commandId } = await api.post('/api/alerts/test', { channel }, Taken);
  const audit = await waitForAudit(context, api, commandId);
  const tests = await resultsOf(context, api, { commandId, reason: audit.reason });
  const good = tests.length > 0 && tests.every(({ outcome }) => outcome === 'sent');
  out.result({ id: commandId, ok: good, tests }, () => {
    if (tests.length === 0) return out.line(words.alerts.noChannel);
    out.table(
      words.alerts.testHead,
      tests.map((test) => [test.channel, words.alerts.outcomes[test.outcome], test.detail]),
    );
  });
  return good ? exitCodes.fine : exitCodes.foundProblem;
};

/** Results of the command as soon as they can account for what became of it. */
async function resultsOf(
  { io }: CommandContext,
  api: KitApi,
  { commandId, reason }: { commandId: string; reason: string },
): Promise<AlertTest[]> {
  const giveUpAt = io.now() + restLimitMs;
  for (;;) {
    const { tests } = await api.get('/api/alerts/test?limit=200', Tests);
    const own = tests.filter(({ id }) => id === commandId).toSorted((a, b) => a.channel.localeCompare(b.channel));
    if (accountsFor(own, reason) || io.now() > giveUpAt || io.signal.aborted) return own;
    await sleep(lookEveryMs);
  }
}

function accountsFor(tests: readonly AlertTest[], reason: string): boolean {
  const outcomes = new Set(tests.map(({ outcome }) => outcome));
  if (reason === 'sent_in_part') return outcomes.size === 2;
  return outcomes.has(reason === 'failed' ? 'failed' : 'sent');
}
