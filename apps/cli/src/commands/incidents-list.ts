import { IncidentPage } from '@yoban/shared/contracts/incident-figures';
import { OpsError } from '@yoban/shared/errors';
import { type CommandContext, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { incidentRow, tookText } from '../incidents/incident-lines.ts';
import { openKitApi } from '../kit-api.ts';
import { parseLines } from '../parse-lines.ts';

const linesMax = 500;
const states = ['open', 'ended'];

/** `incidents [list] [--state open|ended] [--service S] [--lines N]`: open ones first, and the figures of 30 days. */
export const incidentsList: RunCommand = async (context, given) => {
  const { out, words } = context;
  const query = new URLSearchParams({ limit: String(parseLines(textOption(given, 'lines'), linesMax, words)) });
  const state = textOption(given, 'state');
  if (state !== undefined) query.set('state', knownState(state, context));
  const service = textOption(given, 'service');
  if (service !== undefined) query.set('service', service);
  const page = await openKitApi(context).get(`/api/incidents?${query}`, IncidentPage);
  out.result(page, () => {
    if (page.incidents.length === 0) return out.line(words.incidents.none);
    out.table(
      words.incidents.head,
      page.incidents.map((incident) => incidentRow(incident, context)),
    );
    const [all] = page.figures;
    if (!all) return;
    const share = (percent: number | null) => (percent === null ? '-' : `${Math.round(percent * 10) / 10}%`);
    const { detect, recover, automaticPercent, falseAlarmPercent } = all;
    out.line(
      words.incidents.figures(
        ...([tookText(detect.meanMs), tookText(recover.meanMs)] as const),
        share(automaticPercent),
        share(falseAlarmPercent),
      ),
    );
  });
  return exitCodes.fine;
};

function knownState(text: string, { words }: CommandContext): string {
  if (states.includes(text)) return text;
  throw new OpsError('USAGE', words.incidents.badState(text), { hint: words.incidents.thereAre(states.join(', ')) });
}
