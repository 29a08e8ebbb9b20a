import { type SilenceMatcher, SilenceView } from '@yoban/shared/contracts/silence';
import { zoneDateTime } from '@yoban/shared/zone-time';
import { z } from 'zod';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openKitApi } from '../kit-api.ts';

const Answer = z.object({ silences: z.array(SilenceView) });

/** `alerts silences`: those in force, to come and over, with their ids. */
export const alertsSilences: RunCommand = async (context) => {
  const { out, words, found } = context;
  const answer = await openKitApi(context).get('/api/silences', Answer);
  const time = (iso: string) => zoneDateTime(Date.parse(iso), found().kit.displayZone);
  out.result(answer, () => {
    if (answer.silences.length === 0) return out.line(words.alerts.noSilences);
    out.table(
      words.alerts.silenceHead,
      answer.silences.map(({ id, state, startsAt, endsAt, matchers, comment, createdBy }) => [
        ...[words.alerts.silenceStates[state], time(startsAt), time(endsAt)],
        ...[matchers.map(matcherText).join(' '), comment, createdBy, id],
      ]),
    );
  });
  return exitCodes.fine;
};

/** As Alertmanager writes it. */
function matcherText({ name, value, isEqual, isRegex }: SilenceMatcher): string {
  const operator = isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!=';
  return `${name}${operator}"${value}"`;
}
