import type { Freshness } from './freshness.ts';

export type PanelState = 'ok' | 'warn' | 'error' | 'stale' | 'unknown';

const byWord: Record<string, 'ok' | 'warn' | 'error'> = {
  ok: 'ok',
  healthy: 'ok',
  warning: 'warn',
  degraded: 'warn',
  disconnected: 'warn',
  down: 'warn',
  stale: 'warn',
  error: 'error',
  unhealthy: 'error',
};

/** A status word of the API as one of three severities; a word we do not know is never shown as fine. */
export const severityOf = (status: string): 'ok' | 'warn' | 'error' => byWord[status] ?? 'warn';

const rank = { ok: 0, warn: 1, error: 2 } as const;
export const worst = (...states: ('ok' | 'warn' | 'error')[]): 'ok' | 'warn' | 'error' =>
  states.reduce((a, b) => (rank[b] > rank[a] ? b : a), 'ok');

/** Staleness beats colour: an old value shows its age, not its severity. */
export const panelState = (severity: 'ok' | 'warn' | 'error', freshness: Freshness): PanelState =>
  freshness.kind === 'fresh' ? severity : freshness.kind;
