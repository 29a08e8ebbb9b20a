import { SilenceMatcher } from '@yoban/shared/contracts/silence';
import { isoTime } from '@yoban/shared/contracts/time';
import { parseDuration } from '@yoban/shared/duration';
import { OpsError } from '@yoban/shared/errors';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import { runAlertCommand, Taken } from '../alerts/run-alert-command.ts';
import { type CommandContext, type Given, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseTime } from '../parse-time.ts';

interface Wanted {
  matchers: SilenceMatcher[];
  /** Absent: from now on, by the server's clock. */
  startsAt?: string;
  endsAt: string;
  comment: string;
}

/** `alerts silence --service S [--type T] [--from TIME] --for 1h | --until TIME --comment TEXT`; with `--from`, a maintenance window. */
export const alertsSilence: RunCommand = async (context, given) => {
  const { out, words, found } = context;
  const wanted = wantedOf(context, given);
  const zone = found().kit.displayZone;
  const audit = await runAlertCommand(context, (api) => api.post('/api/silences', wanted, Taken));
  const time = (iso: string) => `${zoneDateTime(Date.parse(iso), zone)} ${zoneName(Date.parse(iso), zone)}`;
  const silence = { id: audit.target, ...wanted };
  out.result(silence, () => {
    const from = wanted.startsAt === undefined ? null : time(wanted.startsAt);
    out.line(words.alerts.silencedUntil(from, time(wanted.endsAt)));
    out.line(words.alerts.silenceId(silence.id ?? '-'));
  });
  return exitCodes.fine;
};

/** @throws OpsError USAGE naming what is missing */
function wantedOf(context: CommandContext, given: Given): Wanted {
  const { words, io, found } = context;
  const comment = textOption(given, 'comment')?.trim() ?? '';
  const matchers = [
    { name: 'service', value: textOption(given, 'service') },
    { name: 'alertType', value: textOption(given, 'type') },
  ].flatMap(({ name, value }) => (value ? [SilenceMatcher.parse({ name, value })] : []));
  const wrong = (message: string, hint: string) => new OpsError('USAGE', message, { hint });
  if (matchers.length === 0) throw wrong(words.alerts.noMatcher, words.alerts.silenceExample);
  if (comment === '') throw wrong(words.alerts.noComment, words.alerts.silenceExample);
  const from = textOption(given, 'from');
  const startsAt = from === undefined ? null : parseTime(from, found().kit.displayZone);
  const endsAt = endOf(context, given, startsAt ?? io.now());
  if (endsAt <= Math.max(io.now(), startsAt ?? 0)) throw wrong(words.alerts.endsBefore, words.alerts.silenceExample);
  const base = { matchers, endsAt: isoTime(endsAt), comment };
  return startsAt === null ? base : { ...base, startsAt: isoTime(startsAt) };
}

/** Epoch ms. @throws OpsError USAGE */
function endOf({ words, found }: CommandContext, given: Given, startsAt: number): number {
  const length = textOption(given, 'for');
  const until = textOption(given, 'until');
  if (length !== undefined && until !== undefined) {
    throw new OpsError('USAGE', words.usage.oneOf('--for, --until'), { hint: words.alerts.silenceExample });
  }
  if (until !== undefined) return parseTime(until, found().kit.displayZone);
  const lengthMs = length === undefined ? null : parseDuration(length);
  if (lengthMs !== null && lengthMs > 0) return startsAt + lengthMs;
  throw new OpsError('USAGE', length === undefined ? words.alerts.noLength : words.alerts.badLength(length), {
    hint: words.alerts.silenceExample,
  });
}
