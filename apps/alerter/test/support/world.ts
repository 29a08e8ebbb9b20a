import { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { alertSets } from '../../src/core/agenda.ts';
import { type AlertRef, alertKey, alertOfKey } from '../../src/core/alert-key.ts';
import type { AlertState } from '../../src/core/alert-state.ts';
import type { ChannelState } from '../../src/core/channel-state.ts';
import { decideClock } from '../../src/core/decide-clock.ts';
import { type DecidedCommand, decideCommand } from '../../src/core/decide-command.ts';
import { decideDigest } from '../../src/core/decide-digest.ts';
import { decideEvent } from '../../src/core/decide-event.ts';
import { decideFold } from '../../src/core/decide-fold.ts';
import { decideSilences } from '../../src/core/decide-silences.ts';
import { decideSummary } from '../../src/core/decide-summary.ts';
import type { Known } from '../../src/core/known.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { AlertRules } from '../../src/core/rules.ts';
import type { ServiceState } from '../../src/core/service-state.ts';
import type { SilenceBook } from '../../src/core/silences.ts';
import { t0 } from './steps.ts';

/** What the store would hold, in memory: decisions of many alerts at given minutes, each plan kept before the next is made. */
export function createWorld(rules: AlertRules) {
  const alerts = new Map<string, AlertState>();
  const services = new Map<string, ServiceState>();
  const channels = new Map<string, ChannelState>();
  const sets = new Map<string, Set<string>>();
  let silences: SilenceBook = [];
  let count = 0;
  /** Alerts that something released, by the minute they are to be looked at. */
  const looks: { key: string; min: number }[] = [];

  const knownAt = (min: number): Known => ({ now: t0 + min * MINUTE, alerts, services, channels, silences });
  const setOf = (name: string) => sets.get(name) ?? sets.set(name, new Set()).get(name) ?? new Set<string>();
  const refsOf = (name: string): AlertRef[] => [...setOf(name)].flatMap((key) => alertOfKey(key) ?? []);
  const keep = (plan: Plan): Plan => {
    for (const { ref, state } of plan.alerts) alerts.set(alertKey(ref), state);
    for (const { service, state } of plan.services) services.set(service, state);
    for (const { channel, state } of plan.channels) channels.set(channel, state);
    silences = plan.silences ?? silences;
    for (const { set, ref } of plan.watch) setOf(set).add(alertKey(ref));
    for (const ref of plan.ticked?.settled ?? []) setOf(plan.ticked?.set ?? '').delete(alertKey(ref));
    for (const { set, at } of plan.release) {
      for (const key of setOf(set)) looks.push({ key, min: (at - t0) / MINUTE });
      sets.delete(set);
    }
    return plan;
  };
  return {
    looks,
    silences: () => silences,
    event: (min: number, over: Partial<AlertEvent> = {}): Plan => {
      count += 1;
      const event = AlertEvent.parse({
        id: `e${count}`,
        kind: 'raise',
        level: 'critical',
        service: 'a',
        alertType: 'process_down',
        at: isoTime(t0 + min * MINUTE),
        ...over,
      });
      return keep(decideEvent(event, knownAt(min), rules));
    },
    command: (min: number, command: DecidedCommand): Plan => keep(decideCommand(command, knownAt(min), rules)),
    clock: (min: number, alertType: string, service = 'a'): Plan =>
      keep(decideClock({ service, alertType }, knownAt(min), rules)),
    digest: (min: number, channel = 'slack'): Plan =>
      keep(decideDigest(channel, { refs: refsOf(alertSets.digest(channel)), more: false }, knownAt(min), rules)),
    summary: (min: number, service = 'a'): Plan =>
      keep(decideSummary(service, { refs: refsOf(alertSets.summary(service)), more: false }, knownAt(min), rules)),
    fold: (min: number, service = 'a'): Plan => keep(decideFold(service, knownAt(min), rules)),
    turn: (min: number): Plan => keep(decideSilences(knownAt(min))),
  };
}

/** `channel kind` of each row of a plan. */
export const toldBy = (plan: Plan): string[] => plan.rows.map((row) => `${row.channel} ${row.notice.kind}`);
