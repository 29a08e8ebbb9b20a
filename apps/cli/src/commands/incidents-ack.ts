import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { sayOfIncident } from '../incidents/say-of-incident.ts';
import { needed } from '../needed.ts';

/** `incidents ack ID`: somebody looks after it; what has been halted goes on. */
export const incidentsAck: RunCommand = async (context, given) => {
  const id = needed(given.args[0], 'id', context.words);
  const incident = await sayOfIncident(context, { id, what: 'ack', body: {} });
  context.out.result(incident, () => context.out.line(context.words.incidents.said(id)));
  return exitCodes.fine;
};
