import { Incident } from '@yoban/shared/contracts/incident';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { incidentStory } from '../incidents/incident-lines.ts';
import { incidentRoute } from '../incidents/say-of-incident.ts';
import { openKitApi } from '../kit-api.ts';
import { needed } from '../needed.ts';

/** `incidents show ID`: what happened, in its order. */
export const incidentsShow: RunCommand = async (context, given) => {
  const id = needed(given.args[0], 'id', context.words);
  const incident = await openKitApi(context).get(incidentRoute(id), Incident);
  context.out.result(incident, () => {
    for (const line of incidentStory(incident, context)) context.out.line(line);
  });
  return exitCodes.fine;
};
