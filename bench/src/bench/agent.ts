import { boundRow, type Proof, type ProofRow, plainRow } from '../harness/proof.ts';
import { median, spread } from '../harness/stats.ts';
import { type HostReading, pinning, runHost } from './agent-host.ts';
import { startAgentKit } from './agent-kit.ts';

const fullRunSeconds = 300;

/** One round: the same load without the agent, with it, and with it while the kit hangs; back to back, so that drift hits all. */
interface Round {
  without: HostReading;
  reporting: HostReading;
  hung: HostReading;
}

type Condition = 'reporting' | 'hung';
const conditions: Record<Condition, string> = { reporting: 'kit answers', hung: 'kit hangs' };

interface Plan {
  seconds: number;
  rounds: number;
}

async function measureRounds(
  { seconds, rounds }: Plan,
  say: (text: string) => void,
): Promise<{ all: Round[]; lost: number }> {
  const taking = await startAgentKit('takes');
  const hanging = await startAgentKit('hangs');
  const all: Round[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}, three runs of ${seconds} s`);
      const without = await runHost(seconds);
      const reporting = await runHost(seconds, taking.url);
      all.push({ without, reporting, hung: await runHost(seconds, hanging.url) });
    }
    const sent = all.reduce((sum, { reporting }) => sum + reporting.events, 0);
    return { all, lost: sent - taking.events() };
  } finally {
    taking.stop();
    hanging.stop();
  }
}

/** What the agent adds: the median over the rounds of each round's own difference. */
function addedRow(
  all: Round[],
  condition: Condition,
  row: { id: string; what: string; unit: string; atMost: number; of: (reading: HostReading) => number },
): ProofRow {
  const added = all.map((round) => row.of(round[condition]) - row.of(round.without));
  const base = median(all.map((round) => row.of(round.without)));
  return boundRow({
    id: `${row.id}-${condition}`,
    what: `${row.what}, ${conditions[condition]}`,
    ours: median(added),
    unit: row.unit,
    atMost: row.atMost,
    note: `${spread(added)}; without the agent ${base.toPrecision(3)}`,
  });
}

function goalRows({ all, lost }: { all: Round[]; lost: number }): ProofRow[] {
  const both: Condition[] = ['reporting', 'hung'];
  const cpu = { id: 'cpu', what: 'added CPU, points of one core', unit: '%', atMost: 1 };
  const delay = { id: 'delay-p99', what: 'added p99 event-loop delay, ms', unit: 'ms', atMost: 1 };
  const memory = { id: 'memory', what: 'memory held more, MB', unit: 'MB', atMost: 1 };
  const readings = all.flatMap(({ reporting, hung }) => [reporting, hung]);
  return [
    ...both.map((one) => addedRow(all, one, { ...cpu, of: (reading) => reading.cpuPercent })),
    ...both.map((one) => addedRow(all, one, { ...delay, of: (reading) => reading.delayP99Ms })),
    ...both.map((one) => addedRow(all, one, { ...memory, of: (reading) => reading.grownMb })),
    boundRow({
      id: 'exceptions',
      what: 'exceptions in the host',
      ours: readings.reduce((sum, reading) => sum + reading.exceptions, 0),
      unit: 'exceptions',
      atMost: 0,
    }),
    boundRow({ id: 'lost', what: 'calls and tips that did not arrive', ours: lost, unit: 'events', atMost: 0 }),
  ];
}

/** What the figures above are worth, and what they leave out. */
function circumstanceRows(all: Round[], seconds: number): ProofRow[] {
  const middle = (of: (round: Round) => number) => median(all.map(of));
  const pinned = pinning().at(-1);
  return [
    plainRow('load', 'calls and tips a second', (all[0]?.reporting.events ?? 0) / seconds, `runs of ${seconds} s`),
    plainRow(
      'core',
      'the host is held on core',
      pinned ?? 'not pinned',
      all[0]?.without.priorityRaised ? 'highest priority' : 'usual priority: not root',
    ),
    plainRow(
      'preempted',
      'times a second another program took that core',
      middle(({ without }) => without.preemptedPerSecond),
      'delays mean little where this is high',
    ),
    plainRow(
      'delay-max',
      'longest event-loop delay, ms, kit answers',
      middle(({ reporting }) => reporting.delayMaxMs),
      `without the agent ${middle(({ without }) => without.delayMaxMs).toPrecision(3)}`,
    ),
    plainRow(
      'rss',
      'RSS of the host, MB, kit hangs',
      middle(({ hung }) => hung.rssMb),
      `without the agent ${middle(({ without }) => without.rssMb).toPrecision(3)}; the rest is Node's own HTTP and reading TypeScript`,
    ),
    plainRow(
      'kept',
      'events kept while the kit hangs, after 30,000 more',
      middle(({ hung }) => hung.waitingEvents),
    ),
  ];
}

export const agent: Proof = {
  name: 'agent',
  what: `cost of @yoban/agent in a host with 50 calls and 50 tips a second (10 min; --seconds under ${fullRunSeconds}: 3 min)`,
  sabotages: [],
  run: async ({ seconds, say }) => {
    const plan = seconds < fullRunSeconds ? { seconds: 10, rounds: 5 } : { seconds: 60, rounds: 3 };
    const measured = await measureRounds(plan, say);
    return [...goalRows(measured), ...circumstanceRows(measured.all, plan.seconds)];
  },
};
