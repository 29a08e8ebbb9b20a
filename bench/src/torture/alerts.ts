import { setTimeout as sleep } from 'node:timers/promises';
import type { Proof, ProofOptions, ProofRow } from '../harness/proof.ts';
import { seededRandom } from '../harness/random.ts';
import { type Arena, infoChannels, makeArena, stormyConfig, warningChannels } from './alerts/arena.ts';
import type { Expected, Troubles } from './alerts/expected.ts';
import { waitingIn } from './alerts/idle.ts';
import { judge } from './alerts/judge.ts';
import { faultsFor, type Sabotage, sabotageNames } from './alerts/sabotage-names.ts';
import { startSource } from './alerts/source.ts';
import { isAtRest, type Rest, untilRest } from './alerts/until-rest.ts';
import { deeds, definiteFaults, type Verdict } from './alerts/verdict.ts';
import { promisedFaults, startWeather, type Weather } from './alerts/weather.ts';
import { realTimeAlerts } from './realtime-alerts.ts';

const lookEveryMs = 1_000;
/** A short run goes on until each promised fault and deed has come, which takes a machine without time many times what it takes a quiet one. */
const overtimeMs = 900_000;

async function torture({ seed, seconds, sabotage, say }: ProofOptions): Promise<ProofRow[]> {
  const random = seededRandom(seed);
  const arena = await makeArena({ sabotage: sabotage as Sabotage | null, configOf: stormyConfig });
  let keeps = false;
  try {
    const source = startSource(arena, random);
    const weather = startWeather(arena, random, sabotage === null ? null : faultsFor(sabotage as Sabotage));
    const look = () => judgeNow(arena, source.book, weather.troubles);
    const deadline = performance.now() + seconds * 1_000;
    const isOver = ({ deeds: done }: Verdict) =>
      performance.now() > deadline &&
      (sabotage !== null ||
        (weather.isComplete() && deeds.every((deed) => done.has(deed))) ||
        performance.now() > deadline + overtimeMs);
    for (let seen = look(); !isOver(seen) && definiteFaults(seen).length === 0; seen = look()) await sleep(lookEveryMs);
    await Promise.all([weather.calm(), source.finish()]);
    const rest = await atRest(arena, look);
    const verdict = look();
    tell(verdict, rest, say);
    keeps = sabotage === null && !(isAtRest(rest) && definiteFaults(verdict).length + verdict.lost.length === 0);
    if (keeps) say(`what the alerters logged is in ${arena.dir}`);
    return rowsOf({ verdict, rest, weather, arena, promises: sabotage === null });
  } finally {
    await arena.stop(keeps);
  }
}

function judgeNow({ receivers }: Arena, book: readonly Expected[], troubles: Troubles): Verdict {
  const logs = receivers.map((one) => ({
    ...one,
    takes: one.takes(),
    infos: infoChannels.includes(one.name),
    warnings: warningChannels.includes(one.name),
    acks: one.kind === 'webhook' || one.kind === 'pagerduty',
  }));
  return judge(book, logs, troubles);
}

/** Waits until the alerters have nothing left to do: only then what has not arrived is lost. Resolves to what they still have. */
const atRest = (arena: Arena, look: () => Verdict): Promise<Rest> =>
  untilRest({
    left: () => waitingIn(arena),
    taken: () => takenBy(arena),
    isHopeless: () => definiteFaults(look()).length > 0,
  });

const takenBy = ({ receivers }: Arena): number => receivers.reduce((sum, receiver) => sum + receiver.takes().length, 0);

const toldMost = 20;
const restText = (rest: Rest): string =>
  Object.entries(rest)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');

function tell(verdict: Verdict, rest: Rest, say: (text: string) => void): void {
  const definite = definiteFaults(verdict);
  const what = isAtRest(rest) ? 'lost' : 'not there';
  // The first fault that nothing can mend ends the run: what was on its way then is neither lost nor late.
  const faults = definite.length > 0 ? definite : verdict.lost.map((text) => `${what}: ${text}`);
  for (const fault of faults.slice(0, toldMost)) say(fault);
  if (faults.length > toldMost) say(`and ${faults.length - toldMost} more`);
  if (!isAtRest(rest)) say(`the alerters are not at rest: ${restText(rest)}`);
}

interface Run {
  verdict: Verdict;
  rest: Rest;
  weather: Weather;
  arena: Arena;
  /** Each fault and each deed has to have come about. */
  promises: boolean;
}

function rowsOf({ verdict, rest, weather, arena, promises }: Run): ProofRow[] {
  const row = (id: string, what: string, ours: number, goal: string, met: boolean): ProofRow => ({
    ...{ id, what, ours, goal, met },
    peer: null,
    ratio: null,
  });
  const none = (id: string, what: string, faults: readonly string[]) =>
    row(id, what, faults.length, '0', faults.length === 0);
  const some = (id: string, what: string, times: number) => row(id.replaceAll(' ', '-'), what, times, '> 0', times > 0);
  const { repeats, repeatsAllowed, lost } = verdict;
  const { receivers } = arena;
  const resting = isAtRest(rest);
  const redisKills = weather.troubles.redisAway.filter(({ killed }) => killed).length;
  const bothWaysMost = redisKills * decidedAtOnce;
  return [
    none('lost', 'messages due that no receiver got, and nobody would send', resting ? lost : []),
    none(
      'waiting',
      'messages due that alerters still had to send at the end',
      resting ? [] : [restText(rest), ...lost],
    ),
    none('out-of-order', 'alerts told in another order than they happened', verdict.outOfOrder),
    row(
      'repeats',
      'messages told once more, receivers without keys',
      repeats,
      `≤ ${repeatsAllowed}`,
      repeats <= repeatsAllowed,
    ),
    none('unexcused', 'repeats without a kill in mid-send or an unanswered request', verdict.unexcused),
    none('accepted-twice', 'messages accepted twice by receivers with keys', verdict.acceptedTwice),
    row(
      'both-ways',
      'alerts told past Redis and through it, their decision cut off by its kill',
      verdict.toldBothWays.size,
      `≤ ${bothWaysMost}`,
      verdict.toldBothWays.size <= bothWaysMost,
    ),
    none('wrong', 'told otherwise than decided', verdict.wrong),
    some('judged', 'messages due and judged', verdict.due),
    some('taken', 'requests the receivers took', takenBy(arena)),
    ...(promises ? deeds : []).map((deed) => some(`deed-${deed}`, deed, verdict.deeds.get(deed) ?? 0)),
    ...(promises ? promisedFaults(receivers) : []).map((label) =>
      some(`fault-${label}`, `fault landed: ${label}`, weather.landed.get(label) ?? 0),
    ),
  ];
}

/** Most events that are decided at once. */
const decidedAtOnce = 100;

export const alerts: Proof = {
  name: 'alerts',
  what: 'alerts through kills of alerters and Redis, without Redis, silenced and acknowledged, and bad receivers of every kind: 0 lost, 0 out of order, no repeat without a reason',
  sabotages: sabotageNames,
  run: torture,
  realTime: realTimeAlerts,
};
