import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { alertKey } from './alert-key.ts';
import type { AlertState } from './alert-state.ts';
import { decideEvent, needsOfEvent } from './decide-event.ts';
import type { DirectTelling } from './direct-telling.ts';
import type { Known } from './known.ts';
import type { OutboxRow } from './notice.ts';
import type { Plan } from './plan.ts';
import type { AlertRules } from './rules.ts';
import type { SilenceBook } from './silences.ts';

/** What one alerter remembers of Redis, and how it would have gone on since. */
export interface Shadow {
  /** A decision was written to Redis. */
  remember(plan: Plan, known: Known): void;
  /** Forgets what was only thought. */
  restart(): void;
  /** An event that Redis cannot decide: the messages that people need now. `told` is who heard of it already; `now` is epoch ms. */
  think(event: AlertEvent, told: readonly DirectTelling[], now: number): OutboxRow[];
}

const rememberedMax = 5_000;

/**
 * The same state machine on what is left without Redis: the alerts that this process has decided, and the silences of the last of
 * those decisions. It tells CRITICAL raises and the recoveries of what it told; all else waits, and Redis decides it later.
 */
export function createShadow(rules: AlertRules): Shadow {
  const remembered = new Map<string, AlertState>();
  let thought = new Map<string, AlertState>();
  /** Incidents that were told past Redis: their recoveries go the same way. */
  let direct = new Set<string>();
  let silences: SilenceBook = [];

  const stateOf = (key: string) => thought.get(key) ?? remembered.get(key);
  const knownOf = (event: AlertEvent, now: number): Known => {
    const keys = needsOfEvent(event, rules).alerts.map(alertKey);
    const alerts = keys.flatMap((key): [string, AlertState][] => {
      const state = stateOf(key);
      return state ? [[key, state]] : [];
    });
    return { now, silences, alerts: new Map(alerts), services: new Map(), channels: new Map() };
  };
  const isForNow = ({ notice, recordIds: [incident = ''] }: OutboxRow): boolean =>
    notice.kind === 'recovery' ? direct.has(incident) : notice.kind === 'raise' && notice.level === 'critical';
  return {
    remember: (plan, known) => {
      silences = plan.silences ?? known.silences;
      for (const { ref, state } of plan.alerts) {
        const key = alertKey(ref);
        // Set anew, so that what was not heard of for longest goes first.
        remembered.delete(key);
        remembered.set(key, state);
      }
      for (const key of remembered.keys()) {
        if (remembered.size <= rememberedMax) break;
        remembered.delete(key);
      }
    },
    restart: () => {
      thought = new Map();
      direct = new Set();
    },
    think: (event, told, now) => {
      if (event.kind === 'info' || event.level === 'info') return [];
      // What was told then is thought of as it was then.
      const at = Math.min(now, ...told.map((one) => one.at));
      const plan = decideEvent(event, knownOf(event, at), rules, told);
      for (const { ref, state } of plan.alerts) thought.set(alertKey(ref), state);
      const rows = plan.rows.filter(isForNow);
      for (const { notice, recordIds } of rows) {
        if (notice.kind === 'raise') for (const id of recordIds) direct.add(id);
      }
      return rows.map((row) => ('alertType' in row.notice ? { ...row, notice: { ...row.notice, direct: true } } : row));
    },
  };
}
