import { alertText } from '@yoban/shared/alerts/alert-text';
import { useRef } from 'react';
import { useLocale, useWords } from '../../lib/page-context.ts';
import { useAlerts } from '../../lib/queries.ts';

/** Speaks a critical alert that opened while the page was looking; what was open before is on the page already. */
export function NewCritical() {
  const words = useWords();
  const locale = useLocale();
  const alerts = useAlerts();
  const known = useRef<Set<string> | null>(null);
  if (known.current === null && alerts) known.current = new Set(alerts.map(({ id }) => id));
  const fresh = alerts?.find(
    ({ id, level, state }) => level === 'critical' && state === 'open' && !known.current?.has(id),
  );
  return (
    <div className="sr" role="alert" data-testid="new-critical">
      {fresh ? words.newCritical(alertText(fresh, locale).short) : ''}
    </div>
  );
}
