import { DAY } from '@yoban/shared/contracts/time';
import { Link } from 'wouter';
import { StateShape } from '../../components/state-mark.tsx';
import { useSilences } from '../../lib/alert-queries.ts';
import { fullTime, timeWithZone } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { silenceStateAt } from '../../lib/silence-draft.ts';
import { useNow } from '../../lib/use-now.ts';

/** Says that notices are being held back, for what and until when: a quiet phone must not pass for a quiet night. */
export function SilenceNotice() {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { serverMs } = useNow();
  const active = (useSilences() ?? [])
    .filter((silence) => silenceStateAt(silence, serverMs) === 'active')
    .toSorted((a, b) => a.endsAt.localeCompare(b.endsAt));
  const [first] = active;
  if (!first) return null;
  const until = Date.parse(first.endsAt);
  const end = until - serverMs < DAY ? timeWithZone(until, zone) : fullTime(until, zone);
  return (
    <div className="notice is-maint" data-testid="silence-notice" data-value={active.length}>
      <StateShape shape="maint" px={16} />
      <span className="txt">
        <b>{active.length === 1 ? words.silenceOne(first.comment) : words.silenceMany(active.length)}</b>
        {locale === 'ja' ? '' : ' '}
        {words.silenceUntil(end)}
      </span>
      <Link className="btn small quiet" href="/alerts/silences">
        {words.toSilences}
      </Link>
    </div>
  );
}
