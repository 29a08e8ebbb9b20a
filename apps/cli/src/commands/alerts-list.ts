import { alertText } from '@yoban/shared/alerts/alert-text';
import { AlertRecord } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import { zoneDateTime } from '@yoban/shared/zone-time';
import { z } from 'zod';
import { type CommandContext, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openKitApi } from '../kit-api.ts';
import type { Cell } from '../output.ts';
import { parseLines } from '../parse-lines.ts';

const Page = z.object({ alerts: z.array(AlertRecord), next: z.string().nullable() });
const states = AlertRecord.shape.state;
const linesMax = 500;
const tags = { critical: '[CRIT]', warning: '[WARN]', info: '[INFO]' } as const;

/** `alerts [list] [--state S] [--service S] [--lines N]`: the newest alerts, with the ids that the other commands take. */
export const alertsList: RunCommand = async (context, given) => {
  const { out, words } = context;
  const query = new URLSearchParams({ limit: String(parseLines(textOption(given, 'lines'), linesMax, words)) });
  const state = textOption(given, 'state');
  if (state !== undefined) query.set('state', parseState(state, context));
  const service = textOption(given, 'service');
  if (service !== undefined) query.set('service', service);
  const page = await openKitApi(context).get(`/api/alerts?${query}`, Page);
  out.result(page, () => {
    if (page.alerts.length === 0) return out.line(words.alerts.none);
    out.table(
      words.alerts.head,
      page.alerts.map((alert) => rowOf(alert, context)),
    );
  });
  return exitCodes.fine;
};

function parseState(text: string, { words }: CommandContext): string {
  const state = states.safeParse(text);
  if (state.success) return state.data;
  throw new OpsError('USAGE', words.alerts.badState(text), { hint: words.alerts.states(states.options.join(', ')) });
}

function rowOf(alert: AlertRecord, { words, lang, found }: CommandContext): Cell[] {
  const { state, level, raisedAt, service, id, suppressed, silencedBy } = alert;
  const word = state === 'open' && silencedBy !== null ? words.alerts.silenced : words.alerts.stateWords[state];
  const { cause } = alertText({ ...alert, state: state === 'info' ? 'info' : 'open' }, lang);
  const when = zoneDateTime(Date.parse(raisedAt), found().kit.displayZone);
  return [word, tags[level], when, service, suppressed > 0 ? `${cause} ×${suppressed + 1}` : cause, toldOf(alert), id];
}

/** `slack, !mail`: who was told; `!` before a channel that was not, `?` before one that is still waited for. */
function toldOf({ notices }: AlertRecord): string | null {
  const marks = { sent: '', pending: '?', dead: '!' } as const;
  // What a merged one would have said, another one says: that one counts.
  const own = notices.flatMap(({ channel, state }) => (state === 'merged' ? [] : [{ channel, state }]));
  const told = new Set(own.map(({ channel, state }) => `${marks[state]}${channel}`));
  return told.size === 0 ? null : [...told].join(', ');
}
