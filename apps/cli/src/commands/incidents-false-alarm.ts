import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { sayOfIncident } from '../incidents/say-of-incident.ts';
import { needed } from '../needed.ts';

/** `incidents false-alarm ID [--undo]`: there was nothing wrong; the figures count it apart. */
export const incidentsFalseAlarm: RunCommand = async (context, given) => {
  const id = needed(given.args[0], 'id', context.words);
  const body = { falseAlarm: given.options.undo !== true };
  const incident = await sayOfIncident(context, { id, what: 'false-alarm', body });
  context.out.result(incident, () => context.out.line(context.words.incidents.said(id)));
  return exitCodes.fine;
};
