import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import type { Expected, Sent } from './expected.ts';
import type { Person } from './person.ts';
import type { Receiver } from './receivers.ts';
import { type EventSender, untilAdded } from './send-event.ts';
import type { Take } from './take.ts';

/** What a play does to its alert. */
export interface Actor {
  expected: Expected;
  person: Person;
  random: () => number;
  raise(): Promise<AlertEvent>;
  clear(): Promise<void>;
  /** Sends an event of its own once more, by another job. */
  again(event: AlertEvent): Promise<void>;
  /** The first message of this kind that the webhook took of it; null when the run ends before. */
  told(what: Take['what']): Promise<Take | null>;
  /** False when the run ends before. */
  pause(ms: number): Promise<boolean>;
  isOver(): boolean;
}

export interface ActorDeps {
  producer: Producer;
  sender: EventSender;
  person: Person;
  webhook: Receiver | undefined;
  random: () => number;
  isOver: () => boolean;
}

const lookEveryMs = 250;
/**
 * Only Redis knows of silences and acknowledgements for certain, and a window of 3 s is over before a spool is emptied: what is told
 * past Redis is judged with the other kinds.
 */
const byBusAlone: ReadonlySet<Expected['kind']> = new Set(['windowed', 'acked', 'hidden', 'released', 'announced']);

/** Gives each alert somebody who plays its program. */
export function createActors({ producer, sender, person, webhook, random, isOver }: ActorDeps) {
  const eventOf = createEvents();
  const send = async ({ kind }: Expected, event: AlertEvent, jobId = event.id): Promise<number | null> => {
    if (!byBusAlone.has(kind)) return sender.send(event, jobId);
    await untilAdded(producer, event, jobId);
    return null;
  };
  return (expected: Expected): Actor => ({
    ...{ expected, person, random, isOver },
    raise: async () => {
      const event = eventOf(expected, expected.kind === 'info' ? 'info' : 'raise');
      const sent: Sent = { at: Date.now(), doorAt: null };
      expected.marks.push(event.id);
      expected.sent.set(event.id, sent);
      sent.doorAt = await send(expected, event);
      return event;
    },
    clear: async () => {
      expected.cleared = { at: Date.now(), doorAt: null };
      expected.cleared.doorAt = await send(expected, eventOf(expected, 'clear'));
    },
    again: async (event) => void (await send(expected, event, `${event.id}-again`)),
    told: async (what) => {
      const ofIt = (take: Take) => take.service === expected.service && take.what === what;
      for (;;) {
        const found = webhook?.takes().find(ofIt);
        if (found || isOver()) return found ?? null;
        await sleep(lookEveryMs);
      }
    },
    pause: async (ms) => {
      const until = performance.now() + ms;
      while (!isOver() && performance.now() < until) await sleep(Math.min(lookEveryMs, ms));
      return !isOver();
    },
  });
}

/** Events with ids in their order, the id also in what they say: so the judge knows each in what a receiver logged. */
function createEvents() {
  let events = 0;
  return ({ service, kind: expected }: Expected, kind: AlertEvent['kind']): AlertEvent => {
    events += 1;
    return {
      id: `e${events}`,
      kind,
      level: kind === 'info' ? 'info' : expected === 'warned' ? 'warning' : 'critical',
      service,
      alertType: kind === 'info' ? 'backup_ok' : expected === 'warned' ? 'llm_fallback' : 'process_down',
      at: isoTime(Date.now()),
      params: { graceS: 10 },
      lastError: kind === 'clear' ? null : `e${events}`,
      incidentId: null,
    };
  };
}
