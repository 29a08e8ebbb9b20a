import { runAlertCommand, Taken } from '../alerts/run-alert-command.ts';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { needed } from '../needed.ts';

/** `alerts unsilence ID`: what it held back and is still open is told. */
export const alertsUnsilence: RunCommand = async (context, given) => {
  const { out, words } = context;
  const id = needed(given.args[0], 'id', words);
  const audit = await runAlertCommand(context, (api) => api.delete(`/api/silences/${encodeURIComponent(id)}`, Taken));
  out.result(audit, () => out.line(words.alerts.unsilenced(id)));
  return exitCodes.fine;
};
