import { runAlertCommand, Taken } from '../alerts/run-alert-command.ts';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { needed } from '../needed.ts';

/** `alerts unack ID`: nobody looks after it any more; reminders and escalation go on. */
export const alertsUnack: RunCommand = async (context, given) => {
  const { out, words } = context;
  const id = needed(given.args[0], 'id', words);
  const audit = await runAlertCommand(context, (api) =>
    api.post(`/api/alerts/${encodeURIComponent(id)}/unack`, {}, Taken),
  );
  out.result(audit, () => out.line(words.alerts.unacked(id)));
  return exitCodes.fine;
};
