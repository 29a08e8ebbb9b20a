import { runAlertCommand, Taken } from '../alerts/run-alert-command.ts';
import { type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { needed } from '../needed.ts';

/** `alerts ack ID [--note TEXT]`: somebody looks after it; reminders and escalation end, the recovery is still told. */
export const alertsAck: RunCommand = async (context, given) => {
  const { out, words } = context;
  const id = needed(given.args[0], 'id', words);
  const note = textOption(given, 'note') ?? null;
  const audit = await runAlertCommand(context, (api) =>
    api.post(`/api/alerts/${encodeURIComponent(id)}/ack`, { note }, Taken),
  );
  out.result(audit, () => out.line(words.alerts.acked(id)));
  return exitCodes.fine;
};
