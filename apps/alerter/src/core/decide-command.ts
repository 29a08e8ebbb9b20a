import type { AlertAudit, AlertCommand, AlertCommandOf } from '@yoban/shared/contracts/alert-command';
import { isoTime } from '@yoban/shared/contracts/time';
import { alertSets } from './agenda.ts';
import { incidentOfRecord } from './alert-key.ts';
import { planTurn, writeBook } from './decide-silences.ts';
import { holderOfKnown, withParents } from './holder.ts';
import { alertIn, type Known, type Needs, nothingNeeded } from './known.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { planStep } from './plan-step.ts';
import { type AlertRules, policyOf } from './rules.ts';
import { type KeptSilence, type SilenceBook, silencesMax, stateAt, turned } from './silences.ts';
import { stepAlert } from './step-alert.ts';

/** A command that is decided here; `test` and `resend` are carried out by delivery. */
export type DecidedCommand = AlertCommandOf<'ack' | 'unack' | 'silence' | 'unsilence'>;

/** What `decideCommand` reads. */
export function needsOfCommand(command: DecidedCommand, rules: AlertRules): Needs {
  const incident = 'alertId' in command ? incidentOfRecord(command.alertId) : null;
  return incident ? { ...nothingNeeded, alerts: withParents(incident.ref, rules) } : nothingNeeded;
}

/** T13 and the silences (A7); each command leaves an audit with its actor. Whether it was done before is checked where the plan is written. */
export function decideCommand(command: DecidedCommand, known: Known, rules: AlertRules): Plan {
  const plan = carriedOut(command, known, rules);
  const done = !refusals.has(plan.reason);
  plan.facts.push(auditFact(command, { done, reason: plan.reason }, known.now));
  return plan;
}

const refusals = new Set(['not_open', 'not_acked', 'over_already', 'too_many_silences', 'no_such_silence']);

function carriedOut(command: DecidedCommand, known: Known, rules: AlertRules): Plan {
  switch (command.do) {
    case 'ack':
    case 'unack':
      return acknowledge(command, known, rules);
    case 'silence':
      return silence(command, known);
    case 'unsilence':
      return unsilence(command, known);
    default:
      return command satisfies never;
  }
}

function acknowledge(command: AlertCommandOf<'ack' | 'unack'>, known: Known, rules: AlertRules): Plan {
  const incident = incidentOfRecord(command.alertId);
  if (incident === null) return emptyPlan('not_open');
  const { ref, epoch } = incident;
  const { now } = known;
  const state = alertIn(known, ref);
  const holder = holderOfKnown(ref, state, known, rules);
  const input =
    command.do === 'ack'
      ? { kind: 'ack' as const, epoch, by: command.actor, note: command.note }
      : { kind: 'unack' as const, epoch };
  const step = stepAlert(state, input, { now, policy: policyOf(rules, ref.service), holder });
  return planStep(ref, state, step, { now, rules, holder, shownAt: now });
}

/** A silence with a known id replaces that one, unless it is over. */
function silence(command: AlertCommandOf<'silence'>, known: Known): Plan {
  const { now } = known;
  const wanted = command.silence;
  const { book } = turned(known.silences, now);
  const others = book.filter((one) => one.silence.id !== wanted.id);
  const before = book.find((one) => one.silence.id === wanted.id);
  if (Date.parse(wanted.endsAt) <= now || before?.state === 'expired') return emptyPlan('over_already');
  if (others.length >= silencesMax) return emptyPlan('too_many_silences');
  const state = stateAt({ silence: wanted, state: 'pending' }, now);
  const plan = bookPlan('silenced', [...others, { silence: wanted, state }], wanted.id, known);
  // What the silence that it replaces held back may not be held back by this one.
  if (before) plan.release.push({ set: alertSets.silence(wanted.id), at: now });
  return plan;
}

function unsilence(command: AlertCommandOf<'unsilence'>, known: Known): Plan {
  const { now } = known;
  const { book } = turned(known.silences, now);
  const before = book.find((one) => one.silence.id === command.silenceId);
  if (!before) return emptyPlan('no_such_silence');
  if (before.state === 'expired') return emptyPlan('over_already');
  const startsAt = Math.min(Date.parse(before.silence.startsAt), now - 1);
  const ended: KeptSilence = {
    silence: { ...before.silence, startsAt: isoTime(startsAt), endsAt: isoTime(now) },
    state: 'expired',
  };
  const next = book.map((one) => (one === before ? ended : one));
  return bookPlan('unsilenced', next, command.silenceId, known);
}

function bookPlan(reason: string, book: SilenceBook, changedId: string, known: Known): Plan {
  const { now } = known;
  const plan = emptyPlan(reason);
  const turnedToo = new Set(turned(known.silences, now).changed.map((one) => one.silence.id));
  const changed = book.filter(({ silence: { id } }) => id === changedId || turnedToo.has(id));
  writeBook(plan, { book, changed }, now);
  planTurn(plan, book, now);
  return plan;
}

/** The audit of a command: told once, as its id is that of the command. `now` is epoch ms. */
export function auditFact(command: AlertCommand, { done, reason }: Pick<AlertAudit, 'done' | 'reason'>, now: number) {
  const audit: AlertAudit = {
    id: command.id,
    do: command.do,
    actor: command.actor,
    target: targetOf(command),
    note: command.do === 'ack' ? command.note : null,
    done,
    reason,
    at: isoTime(now),
  };
  return { type: 'alert-audit' as const, id: command.id, at: audit.at, audit };
}

function targetOf(command: AlertCommand): string | null {
  switch (command.do) {
    case 'ack':
    case 'unack':
      return command.alertId;
    case 'silence':
      return command.silence.id;
    case 'unsilence':
      return command.silenceId;
    case 'test':
      return command.channel;
    case 'resend':
      return command.noticeId;
    default:
      return command satisfies never;
  }
}
