import type { HealthResponse } from '@yoban/shared/contracts/health';
import { type Freshness, freshnessOf, panelIntervalS } from './freshness.ts';
import { type PanelState, panelState } from './panel-state.ts';
import { useHealth } from './queries.ts';
import { elapsedS } from './received.ts';
import { useNow } from './use-now.ts';

export interface PanelView {
  health: HealthResponse;
  freshness: Freshness;
  state: PanelState;
  /** The server's time now, epoch ms. */
  nowMs: number;
  /** Milliseconds since the values on the page were true. */
  elapsedMs: number;
}

export interface PanelSource {
  severity: 'ok' | 'warn' | 'error';
  stale: boolean;
  ageS: number | null;
}

/** State and age of one panel, drawn anew each second; null until the first answer. */
export function usePanel(
  panel: keyof typeof panelIntervalS,
  sourceOf: (checks: HealthResponse['checks']) => PanelSource,
): PanelView | null {
  const received = useHealth();
  const now = useNow();
  if (!received) return null;
  const source = sourceOf(received.value.checks);
  const waitedS = elapsedS(received, now.monotonicMs);
  const freshness = freshnessOf({
    stale: source.stale,
    ageS: source.ageS,
    elapsedS: waitedS,
    everyS: panelIntervalS[panel],
  });
  return {
    health: received.value,
    freshness,
    state: panelState(source.severity, freshness),
    nowMs: now.serverMs,
    elapsedMs: waitedS * 1000,
  };
}
