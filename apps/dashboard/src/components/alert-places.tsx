import { useDeadLetters, useSilences } from '../lib/alert-queries.ts';
import { useWords } from '../lib/page-context.ts';
import { silenceStateAt } from '../lib/silence-draft.ts';
import { useNow } from '../lib/use-now.ts';
import { SubNav } from './sub-nav.tsx';

/** The three pages about alerts, with what waits on the other two. */
export function AlertPlaces() {
  const words = useWords();
  const { serverMs } = useNow();
  const active = (useSilences() ?? []).filter((silence) => silenceStateAt(silence, serverMs) === 'active').length;
  const dead = useDeadLetters()?.length ?? 0;
  return (
    <SubNav
      label={words.alerts}
      places={[
        { href: '/alerts', label: words.alertList },
        {
          href: '/alerts/silences',
          label: words.silences,
          count: { value: active, shape: 'maint', label: words.silenceActive },
        },
        {
          href: '/alerts/channels',
          label: words.channels,
          count: { value: dead, shape: 'error', label: words.undelivered },
        },
      ]}
    />
  );
}
