import { severityOf } from '../../lib/panel-state.ts';
import { useHealth } from '../../lib/queries.ts';
import { type PanelView, usePanel } from '../../lib/use-panel.ts';

/** The overall status with its own age: without contact to the server it is unknown, whatever it was. */
export function useStatusView(): PanelView | null {
  const status = useHealth()?.value.status ?? 'healthy';
  return usePanel('status', () => ({ severity: severityOf(status), stale: false, ageS: 0 }));
}
