import { alertText } from '@yoban/shared/alerts/alert-text';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { useId } from 'react';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { isBusy } from '../../lib/command-state.ts';
import { nearTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';
import { useNow } from '../../lib/use-now.ts';

/** Takes over an open critical alert with one press: reminders and escalation end. A note can be left on the page of alerts. */
export function Acknowledge({ alert }: { alert: AlertRecord }) {
  const words = useWords();
  const locale = useLocale();
  const outcomeId = useId();
  const busDown = useBusDown();
  const { state, ask } = useAlertCommand();
  const busy = isBusy(state);
  return (
    <>
      <button
        type="button"
        className="btn primary"
        disabled={busy || busDown}
        aria-label={`${words.acknowledge}: ${alertText(alert, locale).title}`}
        aria-describedby={outcomeId}
        title={busDown ? words.commandNeedsBus : undefined}
        onClick={() => ask((api) => api.post(`/api/alerts/${encodeURIComponent(alert.id)}/ack`, { note: null }))}
        data-testid="banner.ack"
      >
        {busy ? words.acknowledging : words.acknowledge}
      </button>
      <CommandOutcome id={outcomeId} state={state} />
    </>
  );
}

/** Who looks after it, in the place of the button. */
export function AcknowledgedBy({ alert }: { alert: AlertRecord }) {
  const words = useWords();
  const zone = useZone();
  const { serverMs } = useNow();
  if (alert.ackedBy === null) return null;
  const at = alert.ackedAt === null ? '' : nearTime(Date.parse(alert.ackedAt), serverMs, zone);
  return (
    <span className="told" data-testid="banner.acked">
      {words.acknowledged}: {words.byAt(alert.ackedBy, at)}
    </span>
  );
}
