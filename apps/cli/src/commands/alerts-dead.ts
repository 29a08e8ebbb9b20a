import { alertText } from '@yoban/shared/alerts/alert-text';
import { AlertRecord } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import { zoneDateTime } from '@yoban/shared/zone-time';
import { z } from 'zod';
import { runAlertCommand, Taken } from '../alerts/run-alert-command.ts';
import type { CommandContext, Given, RunCommand } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { openKitApi } from '../kit-api.ts';
import { needed } from '../needed.ts';

const Answer = z.object({
  notices: z.array(z.object({ notice: AlertRecord.shape.notices.element, alert: AlertRecord.omit({ notices: true }) })),
});

/** `alerts dead`: messages that were given up, with why. `alerts dead resend ID`: tries one again. */
export const alertsDead: RunCommand = async (context, given) => {
  const [action] = given.args;
  if (action === undefined) return list(context);
  if (action === 'resend') return resend(context, given);
  const { usage, alerts } = context.words;
  throw new OpsError('USAGE', usage.unknownCommand(`alerts dead ${action}`), { hint: alerts.deadExample });
};

async function list(context: CommandContext): Promise<ExitCode> {
  const { out, words, lang, found } = context;
  const answer = await openKitApi(context).get('/api/alerts/dead?limit=200', Answer);
  out.result(answer, () => {
    if (answer.notices.length === 0) return out.line(words.alerts.noneDead);
    out.table(
      words.alerts.deadHead,
      answer.notices.map(({ notice, alert }) => [
        ...[zoneDateTime(Date.parse(notice.at), found().kit.displayZone), notice.channel, notice.kind],
        ...[notice.attempts, notice.lastError, alertText({ ...alert, state: 'open' }, lang).cause, notice.id],
      ]),
    );
  });
  return answer.notices.length === 0 ? exitCodes.fine : exitCodes.foundProblem;
}

async function resend(context: CommandContext, given: Given): Promise<ExitCode> {
  const { out, words } = context;
  const id = needed(given.args[1], 'id', words);
  const audit = await runAlertCommand(context, (api) =>
    api.post(`/api/alerts/dead/${encodeURIComponent(id)}/resend`, {}, Taken),
  );
  out.result(audit, () => out.line(words.alerts.resent(id)));
  return exitCodes.fine;
}
