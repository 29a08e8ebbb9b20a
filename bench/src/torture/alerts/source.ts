import { setTimeout as sleep } from 'node:timers/promises';
import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import { pick } from '../../harness/random.ts';
import { createActors } from './actor.ts';
import type { Arena } from './arena.ts';
import type { Expected } from './expected.ts';
import { createPerson } from './person.ts';
import { plays } from './plays.ts';
import { createEventSender } from './send-event.ts';
import { ackedServices, fallenServices, warnedServices, windowedServices } from './service-names.ts';

export interface Source {
  /** Everything produced so far, in a form the judge understands. */
  book: Expected[];
  /** Ends what is under way and resolves when the bus has taken all of it. */
  finish(): Promise<void>;
}

type Start = (service: string | undefined, kind: Expected['kind'], play: keyof typeof plays) => void;

const commonKinds = ['once', 'once', 'storm', 'twice', 'info', 'open'] as const;
const askedKinds = ['hidden', 'acked', 'released', 'announced'] as const;
/** So many alerts may be on their way to people: a busy machine gets fewer of them, not a queue that never ends. */
const underWayMost = 40;

/** What begins each while: so many ms between two, and what the n-th of them is. */
const lines = (random: () => number, start: Start): { betweenMs: number; begin: (n: number) => void }[] => [
  {
    betweenMs: 330,
    begin: (n) => {
      const play = pick(commonKinds, random);
      start(`k${n}`, play === 'info' ? 'info' : 'incident', play);
    },
  },
  {
    betweenMs: 900,
    begin: (n) => {
      const kind = askedKinds[n % askedKinds.length] ?? 'hidden';
      start(kind === 'acked' ? ackedServices[n] : `s${n}`, kind, kind);
    },
  },
  { betweenMs: 700, begin: (n) => start(fallenServices[n], 'fallen', 'once') },
];

/** Plays programs that raise and clear alerts as all of ours do, and people who silence and acknowledge them. */
export function startSource({ producer, receivers, socket }: Arena, random: () => number): Source {
  const book: Expected[] = [];
  const under = new Set<Promise<void>>();
  const onTheirWay = new Set<Expected>();
  let ended = false;
  const isOver = () => ended;
  const sender = createEventSender(producer, createAlerterIntake({ socket }));
  const person = createPerson(producer, isOver);
  const webhook = receivers.find(({ name }) => name === 'webhook');
  const actorOf = createActors({ producer, sender, person, webhook, random, isOver });

  const start: Start = (service, kind, play) => {
    if (service === undefined) return;
    const expected: Expected = { service, kind, marks: [], sent: new Map(), cleared: null, done: false };
    book.push(expected);
    if (kind === 'incident' || kind === 'info') onTheirWay.add(expected);
    const one = plays[play](actorOf(expected));
    under.add(one);
    void one.finally(() => under.delete(one));
  };
  /** Alerts that the webhook is to hear of, and has not. */
  const underWay = (): number => {
    const heard = new Set(webhook?.takes().map((take) => take.service));
    for (const expected of onTheirWay) if (heard.has(expected.service)) onTheirWay.delete(expected);
    return onTheirWay.size;
  };
  const run = async ({ betweenMs, begin }: ReturnType<typeof lines>[number]) => {
    for (let n = 0; !ended; n++) {
      begin(n);
      do await sleep(betweenMs * (0.5 + random()));
      while (!ended && underWay() > underWayMost);
    }
  };
  for (const service of windowedServices) start(service, 'windowed', 'windows');
  for (const service of warnedServices) start(service, 'warned', 'windows');
  const running = lines(random, start).map(run);
  return {
    book,
    finish: async () => {
      ended = true;
      await Promise.all(running);
      while (under.size > 0) await Promise.all(under);
    },
  };
}
