import type { Actor } from './actor.ts';

type Play = (actor: Actor) => Promise<void>;

/** A message shows its time in seconds: two raises of one alert that come late, with the newest words both, differ by nothing else. */
const apartMs = 1_050;
/** An acknowledged alert is raised through two of its short windows: each would tell it again. */
const ackedRaises = { count: 8, everyMs: apartMs };

const begun =
  (after: Play): Play =>
  async (actor) => {
    await actor.raise();
    await after(actor);
  };

/** Raised, and over a while later. */
const once: Play = begun(async (actor) => {
  await actor.pause(actor.random() * 2_500);
  await actor.clear();
});

/** What happens to one alert. A play ends soon once the run does, and leaves its alert as it stands. */
export const plays = {
  once,
  open: begun(async () => undefined),
  info: async (actor) => actor.again(await actor.raise()),
  /** The same event by a second way: another job, the same id. */
  twice: async (actor) => {
    await actor.again(await actor.raise());
    await actor.pause(actor.random() * 2_500);
    await actor.clear();
  },
  storm: begun(async (actor) => {
    for (let n = 0; n < 3; n++) await actor.raise();
    return once(actor);
  }),
  windows: async (actor) => {
    while (!actor.isOver()) {
      await actor.raise();
      await actor.pause(apartMs + actor.random() * 400);
    }
    await actor.clear();
  },
  acked: begun(async (actor) => {
    const told = await actor.told('raise');
    actor.expected.done = told !== null && (await actor.person.acknowledge(told.incident));
    for (let n = 0; n < ackedRaises.count && (await actor.pause(ackedRaises.everyMs)); n++) await actor.raise();
    if (actor.expected.done) await actor.clear();
  }),
  hidden: async (actor) => {
    if (!(await actor.person.silence(actor.expected.service, actor.expected.service))) return;
    for (let n = 0; n < 3; n++) await actor.raise();
    await actor.pause(actor.random() * 2_000);
    await actor.clear();
    actor.expected.done = true;
  },
  released: async (actor) => {
    const { service } = actor.expected;
    if (!(await actor.person.silence(service, service))) return;
    await actor.raise();
    await actor.pause(actor.random() * 1_000);
    actor.expected.done = await actor.person.unsilence(service);
    if (await actor.told('raise')) await actor.clear();
  },
  announced: begun(async (actor) => {
    const { service } = actor.expected;
    if (!(await actor.told('raise'))) return;
    actor.expected.done = await actor.person.silence(service, service);
    await actor.clear();
  }),
} as const satisfies Record<string, Play>;
