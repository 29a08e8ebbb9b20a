import { setTimeout as sleep } from 'node:timers/promises';
import type { Proof, ProofOptions, ProofRow } from '../harness/proof.ts';
import { seededRandom } from '../harness/random.ts';
import { type Arena, infoChannels, makeArena, stormyConfig, warningChannels } from './alerts/arena.ts';
import { definiteFaults, type Expected, judge, type Troubles, type Verdict } from './alerts/judge.ts';
import { faultsFor, type Sabotage, sabotageNames } from './alerts/sabotage-names.ts';
import { startSource } from './alerts/source.ts';
import { promisedFaults, startWeather, type Weather } from './alerts/weather.ts';
import { realTimeAlerts } from './realtime-alerts.ts';

/** Leases of 15 s, locks of 20 s and a hang of 10 s may follow each other; longer than this nothing stays on its way. */
const settleMs = { quiet: 30_000, most: 150_000 };
const lookEveryMs = 500;
/** A short run goes on until each promised fault has come, but not for ever. */
const overtimeMs = 40_000;

async function torture({ seed, seconds, sabotage, say }: ProofOptions): Promise<ProofRow[]> {
  const random = seededRandom(seed);
  const arena = await makeArena({ sabotage: sabotage as Sabotage | null, configOf: stormyConfig });
  try {
    const source = startSource(arena.producer, random);
    const weather = startWeather(arena, random, sabotage === null ? null : faultsFor(sabotage as Sabotage));
    const look = () => judgeNow(arena, source.book, weather.troubles);
    const deadline = performance.now() + seconds * 1_000;
    const isOver = () =>
      performance.now() > deadline &&
      (sabotage !== null || weather.isComplete() || performance.now() > deadline + overtimeMs);
    while (!isOver()) {
      await sleep(lookEveryMs);
      if (sabotage !== null && definiteFaults(look()).length > 0) break;
    }
    await weather.calm();
    await source.finish();
    const verdict = await settled(arena, look);
    tell(verdict, say);
    return rowsOf(verdict, weather, arena, sabotage === null ? promisedFaults(arena.receivers) : []);
  } finally {
    await arena.stop();
  }
}

function judgeNow({ receivers }: Arena, book: readonly Expected[], troubles: Troubles): Verdict {
  const logs = receivers.map((one) => ({
    ...one,
    takes: one.takes(),
    infos: infoChannels.includes(one.kind),
    warnings: warningChannels.includes(one.kind),
  }));
  return judge(book, logs, troubles);
}

/** Waits until all has arrived, or nothing comes any more. */
async function settled({ receivers }: Arena, look: () => Verdict): Promise<Verdict> {
  const startedAt = performance.now();
  let quietSince = startedAt;
  let seen = 0;
  for (;;) {
    const verdict = look();
    const now = performance.now();
    const taken = receivers.reduce((sum, receiver) => sum + receiver.takes().length, 0);
    if (taken !== seen) quietSince = now;
    seen = taken;
    const given = now - quietSince > settleMs.quiet || now - startedAt > settleMs.most;
    if (verdict.lost.length === 0 || given || definiteFaults(verdict).length > 0) return verdict;
    await sleep(lookEveryMs);
  }
}

const toldMost = 20;

function tell(verdict: Verdict, say: (text: string) => void): void {
  const faults = [...definiteFaults(verdict), ...verdict.lost.map((text) => `lost: ${text}`)];
  for (const fault of faults.slice(0, toldMost)) say(fault);
  if (faults.length > toldMost) say(`and ${faults.length - toldMost} more`);
}

function rowsOf(verdict: Verdict, weather: Weather, { receivers }: Arena, promised: readonly string[]): ProofRow[] {
  const row = (id: string, what: string, ours: number, goal: string, met: boolean): ProofRow => ({
    id,
    what,
    ours,
    peer: null,
    ratio: null,
    goal,
    met,
  });
  const none = (id: string, what: string, faults: readonly string[]) =>
    row(id, what, faults.length, '0', faults.length === 0);
  const { repeats, repeatsAllowed } = verdict;
  const taken = receivers.reduce((sum, receiver) => sum + receiver.takes().length, 0);
  return [
    none('lost', 'messages due that no receiver got', verdict.lost),
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
    none('wrong', 'told otherwise than decided', verdict.wrong),
    row('judged', 'messages due and judged', verdict.due, '> 0', verdict.due > 0),
    row('taken', 'requests the receivers took', taken, '> 0', taken > 0),
    ...promised.map((label) => {
      const times = weather.landed.get(label) ?? 0;
      return row(`fault-${label.replaceAll(' ', '-')}`, `fault landed: ${label}`, times, '> 0', times > 0);
    }),
  ];
}

export const alerts: Proof = {
  name: 'alerts',
  what: 'alerts through kills of alerters and Redis and bad receivers of every kind: 0 lost, 0 out of order, no repeat without a reason',
  sabotages: sabotageNames,
  run: torture,
  realTime: realTimeAlerts,
};
