import { OpsError } from '@yoban/shared/errors';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { sayOfIncident } from '../incidents/say-of-incident.ts';
import { needed } from '../needed.ts';

/** `incidents note ID TEXT`: an empty text takes the note away. */
export const incidentsNote: RunCommand = async (context, given) => {
  const { out, words } = context;
  const id = needed(given.args[0], 'id', words);
  const [, note] = given.args;
  if (note === undefined)
    throw new OpsError('USAGE', words.incidents.noteMissing, { hint: words.usage.seeHelp('yoban incidents note') });
  const incident = await sayOfIncident(context, { id, what: 'note', body: { note } });
  out.result(incident, () => out.line(words.incidents.said(id)));
  return exitCodes.fine;
};
