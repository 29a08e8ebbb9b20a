import { createHash } from 'node:crypto';
import { isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import type { PrivateRedis } from '@yoban/shared/testing/private-redis';
import { AlertState } from '../../src/core/alert-state.ts';
import type { OutboxRow } from '../../src/core/notice.ts';
import type { AlertRules } from '../../src/core/rules.ts';
import { isFault, type ModelCommand, types } from './model-commands.ts';
import { testRules } from './rules.ts';
import { createSimulation, type Simulation } from './simulation.ts';

/** Settings of a run. */
export interface ModelSettings {
  rearmOnRecovery: boolean;
  remindEveryMs: number | null;
  escalates: boolean;
}

/** One command and all it led to. States are those of every alert before and after it. */
export interface Happened {
  command: ModelCommand;
  now: number;
  /** Of each event it consisted of. */
  reasons: string[];
  before: ReadonlyMap<string, AlertState>;
  after: ReadonlyMap<string, AlertState>;
  /** Rows that it wrote. */
  rows: OutboxRow[];
}

/** A silence as the test asked for it. */
export interface AskedSilence {
  slot: string;
  type: string | null;
  from: number;
  until: number;
}

export interface ModelRun {
  world: Simulation;
  happened: Happened[];
  silences: AskedSilence[];
  rules: AlertRules;
}

/** How long after `x` its child waits. */
export const graceMs = MINUTE;

const rulesFor = ({ rearmOnRecovery, remindEveryMs, escalates }: ModelSettings): AlertRules =>
  testRules({
    rearmOnRecovery,
    remindEveryMs,
    foldPerMinute: 3,
    escalation: escalates ? [{ afterMs: 5 * MINUTE, channels: ['pager'] }] : [],
    inhibit: [
      { parent: { service: null, alertType: 'x' }, children: [{ service: null, alertType: 'child' }], graceMs },
    ],
  });

/** Runs the commands, ends every fault and every alert, and waits until nothing waits. Without `faults` these are left out. */
export async function runModel(
  redis: PrivateRedis,
  commands: readonly ModelCommand[],
  settings: ModelSettings,
  faults: boolean,
): Promise<ModelRun> {
  const rules = rulesFor(settings);
  const world = await createSimulation(redis, rules, ['slack', 'mail', 'pager']);
  const run: ModelRun = { world, happened: [], silences: [], rules };
  const ends = types.map((type): ModelCommand => ({ do: 'clear', type }));
  for (const [index, command] of [...commands, ...ends].entries()) {
    if (faults || !isFault(command)) await step(run, command, `e${index}`);
    // Millisecond steps keep the sources' own times apart, as they are in life.
    world.clock.advance(1);
  }
  // Every bucket is over.
  await step(run, { do: 'advance', seconds: 1_900, watched: true }, 'last');
  await world.settle();
  return run;
}

async function step(run: ModelRun, command: ModelCommand, id: string): Promise<void> {
  const { world } = run;
  const before = await statesOf(world);
  const known = new Set((await world.rows()).map((row) => row.nid));
  const now = world.clock.now();
  const reasons = await perform(run, command, id);
  const rows = (await world.rows()).filter((row) => !known.has(row.nid));
  run.happened.push({ command, now, reasons, before, after: await statesOf(world), rows });
}

async function statesOf({ redis }: Simulation): Promise<Map<string, AlertState>> {
  const states = new Map<string, AlertState>();
  for (const type of types) {
    const json = await redis.hget(`{a}:doc:alert/ailife/${type}`, 'json');
    if (json) states.set(type, AlertState.parse(JSON.parse(json)));
  }
  return states;
}

async function perform(run: ModelRun, command: ModelCommand, id: string): Promise<string[]> {
  const { world } = run;
  switch (command.do) {
    case 'raise':
      return [await world.event({ id, alertType: command.type })];
    case 'raise-until': {
      const endsAt = isoTime(world.clock.now() + command.seconds * SECOND);
      const at = isoTime(world.clock.now() + Math.min(0, command.seconds) * SECOND);
      return [await world.event({ id, alertType: command.type, at, endsAt })];
    }
    case 'warn':
      return [await world.event({ id, level: 'warning', alertType: command.type })];
    case 'race':
      return world.race([`${id}a`, `${id}b`].map((name) => ({ id: name, alertType: command.type })));
    case 'burst':
      return world.together([`${id}a`, `${id}b`, `${id}c`].map((name) => ({ id: name, alertType: command.type })));
    case 'clear':
      return [await world.event({ id, kind: 'clear', alertType: command.type })];
    case 'info':
      return [await world.event({ id, kind: 'info', level: 'info', alertType: 'backup_ok' })];
    case 'ack':
    case 'unack':
      return [await acknowledge(world, command, id)];
    case 'silence':
    case 'unsilence':
      return [await silence(run, command, id)];
    default:
      await move(world, command);
      return [];
  }
}

async function acknowledge(world: Simulation, command: Of<'ack' | 'unack'>, id: string): Promise<string> {
  const epoch = (await statesOf(world)).get(command.type)?.memory.epoch ?? 0;
  const head = { id: uuidOf(id), actor: 'operator', at: isoTime(world.clock.now()) };
  const alertId = `ailife/${command.type}#${epoch}`;
  if (command.do === 'unack') return world.command({ do: 'unack', ...head, alertId });
  return world.command({ do: 'ack', ...head, alertId, note: null });
}

async function silence(run: ModelRun, command: Of<'silence' | 'unsilence'>, id: string): Promise<string> {
  const { world, silences } = run;
  const now = world.clock.now();
  const head = { id: uuidOf(id), actor: 'operator', at: isoTime(now) };
  const standing = silences.findLast((one) => one.slot === command.slot && one.until > now);
  if (command.do === 'unsilence') {
    if (standing) standing.until = now;
    return world.command({ do: 'unsilence', ...head, silenceId: (standing && ids.get(standing)) ?? 'none' });
  }
  if (standing) standing.until = now;
  const from = now + command.inSeconds * SECOND;
  const asked = { slot: command.slot, type: command.type, from, until: from + command.seconds * SECOND };
  silences.push(asked);
  // One that stands is replaced by its id; after its end the slot has a new one.
  const silenceIdOf = standing ? ids.get(standing) : undefined;
  ids.set(asked, silenceIdOf ?? `${command.slot}-${silences.length}`);
  const matcher =
    command.type === null
      ? { name: 'service', value: 'ailife', isRegex: false, isEqual: true }
      : { name: 'alertType', value: command.type, isRegex: false, isEqual: true };
  return world.command({
    do: 'silence',
    ...head,
    silence: {
      id: ids.get(asked) ?? '',
      matchers: [matcher],
      startsAt: isoTime(from),
      endsAt: isoTime(asked.until),
      createdBy: 'operator',
      comment: '',
    },
  });
}

const ids = new WeakMap<AskedSilence, string>();

async function move(
  world: Simulation,
  command: Exclude<ModelCommand, { type: unknown } | { slot: string } | { do: 'info' }>,
) {
  switch (command.do) {
    case 'advance':
      return command.watched ? world.live(command.seconds * SECOND) : world.clock.advance(command.seconds * SECOND);
    case 'deliver':
      return void (await world.deliverDue(command.limit));
    case 'tick':
      return void (await world.tick());
    case 'mood':
      return world.setMood(command.mood, command.channel);
    case 'die':
      return void (await world.dieHolding(command.afterSend));
    case 'crash':
      return world.dieAt(command.step);
    case 'alerters':
      return world.run(command.count);
    default:
      return command satisfies never;
  }
}

type Of<D extends ModelCommand['do']> = Extract<ModelCommand, { do: D }>;

/** A command's id is a UUID; the same in the run without faults. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
