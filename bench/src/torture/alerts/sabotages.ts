import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { DirectSender } from '../../../../apps/alerter/src/delivery/direct-send.ts';
import { SegmentWriter } from '../../../../apps/alerter/src/spool/segment-writer.ts';
import { applyScript, loadScript } from '../../../../apps/alerter/src/store/decision-scripts.ts';
import { claimScript, settleScript } from '../../../../apps/alerter/src/store/delivery-scripts.ts';
import { keyPrefix, type LuaScript } from '../../../../apps/alerter/src/store/lua-script.ts';
import { collapseScript } from '../../../../apps/alerter/src/store/merge-scripts.ts';
import type { Sabotage } from './sabotage-names.ts';

type Run = LuaScript['run'];
type Arguments = readonly (string | number)[];

/** Puts something around a script of the alerter, in this process alone. */
function around(script: LuaScript, wrap: (run: Run) => Run): void {
  const run = script.run;
  script.run = wrap((redis, args) => run(redis, args));
}

interface PlanOnTheWire {
  seen: string;
  rows: { after: string | string[] }[];
  docs: { name: string; json: string }[];
  facts: string[];
  [part: string]: unknown;
}

/** The plans of one script, which writes them one after the other. */
const plansOf = (args: Arguments): PlanOnTheWire[] => JSON.parse(String(args[0])).plans;
const withPlans = (plans: readonly object[], args: Arguments): Arguments => [
  JSON.stringify({ ...JSON.parse(String(args[0])), plans }),
  ...args.slice(1),
];

/** Writes another plan in the place of each. */
const planned = (change: (plan: PlanOnTheWire) => object) =>
  around(applyScript, (run) => (redis, args) => run(redis, withPlans(plansOf(args).map(change), args)));

const withoutDocs = ({ docs, ...plan }: PlanOnTheWire, isLeftOut: (name: string) => boolean) => ({
  ...plan,
  docs: docs.map((doc) => (isLeftOut(doc.name) ? { ...doc, json: '' } : doc)),
});

/** The rows of a claim's answer, which stand behind its time and its wait. */
const claimedRows = (reply: unknown): { nid: string; priority: number }[] =>
  (reply as (string | string[])[]).flatMap((row) =>
    Array.isArray(row) ? [{ nid: row[0] ?? '', priority: JSON.parse(row[2] ?? '').priority }] : [],
  );

/** The client that the alerter's channels send with, as the alerter itself has it. */
const alerterRequire = createRequire(
  new URL('../../../../apps/alerter/src/channels/http-exchange.ts', import.meta.url),
);
type Dispatch = (this: unknown, options: { headers: Record<string, string> }, handler: unknown) => boolean;

const retryKeys = new Set(['x-line-retry-key', 'idempotency-key', 'x-sequence-id']);

/** Each breaks one safeguard of the alerter that runs in this process; `killPoint` is where one may be told to die. */
const sabotages: Record<Exclude<Sabotage, 'redis-without-disk'>, (killPoint: (step: 'between') => void) => void> = {
  'commit-before-send': () =>
    around(claimScript, (run) => async (redis, args) => {
      const reply = await run(redis, args);
      const how = { tok: args[2] ?? '', state: 'sent', keep: '86400000', notice: '', ids: [] };
      const ends = claimedRows(reply).map(({ nid }) => ({ nid, ...how }));
      await settleScript.run(redis, [JSON.stringify(ends), '']);
      return reply;
    }),
  'claim-removes-row': () =>
    around(claimScript, (run) => async (redis, args) => {
      const reply = await run(redis, args);
      for (const { nid, priority } of claimedRows(reply)) {
        await redis.zrem(`${keyPrefix}due:${args[0]}:${priority}`, nid);
      }
      return reply;
    }),
  'lease-of-a-moment': () =>
    around(claimScript, (run) => (redis, args) => run(redis, [args[0] ?? '', 1, ...args.slice(2)])),
  'skip-seen': () => {
    around(loadScript, (run) => async (redis, args) => {
      const reply = await run(redis, args);
      // As many times "not seen" as were asked about.
      return Array.isArray(reply) ? [reply[0], String(reply[1]).replaceAll('1', '0'), ...reply.slice(2)] : reply;
    });
    planned((plan) => ({ ...plan, seen: '' }));
  },
  'decision-without-outbox': (killPoint) =>
    around(applyScript, (run) => async (redis, args) => {
      const plans = plansOf(args);
      const bare = plans.map((plan) => ({ ...plan, rows: [] }));
      const words = (await run(redis, withPlans(bare, args))) as string[];
      const written = plans.filter((plan, at) => words[at] === 'done' && plan.rows.length > 0);
      if (written.length === 0) return words;
      killPoint('between');
      const nothing = { docs: [], records: [], receipts: [], facts: [], watch: [], release: [], agenda: [] };
      const rest = written.map(({ rows }) => ({ seen: '', ...nothing, rows }));
      await run(redis, withPlans(rest, args));
      return words;
    }),
  'random-retry-key': () => {
    const Agent = alerterRequire('undici/lib/dispatcher/agent.js') as { prototype: { dispatch: Dispatch } };
    const { dispatch } = Agent.prototype;
    Agent.prototype.dispatch = function (options, handler) {
      const headers = Object.entries(options.headers).map(([name, value]) => [
        name,
        retryKeys.has(name.toLowerCase()) ? randomUUID() : value,
      ]);
      return dispatch.call(this, { ...options, headers: Object.fromEntries(headers) }, handler);
    };
  },
  'no-fifo': () =>
    planned((plan) => ({
      ...plan,
      rows: plan.rows.map((row) => ({ ...row, after: Array.isArray(row.after) ? [] : '' })),
    })),
  'sleeper-goes-on': sleepUnnoticed,
  'ack-forgotten': () =>
    planned((plan) => {
      const isAck = plan.facts.some((fact) => /"type":"alert-audit".*"do":"ack"/.test(fact));
      return isAck ? withoutDocs(plan, () => true) : plan;
    }),
  'silence-forgotten': () => planned((plan) => withoutDocs(plan, (name) => name === 'silences')),
  'silence-without-end': () => planned((plan) => ({ ...plan, release: [] })),
  'door-without-disk': () => {
    SegmentWriter.prototype.append = async () => 1;
  },
  'direct-waits': () => {
    DirectSender.prototype.look = () => null;
  },
  'direct-told-again': () => {
    DirectSender.prototype.pause = async () => [];
  },
  'no-fallback': () =>
    around(
      applyScript,
      (run) => async (redis, args) =>
        plansOf(args).every(({ seen }) => seen.startsWith('fallback-')) ? ['done'] : run(redis, args),
    ),
  'no-collapse': () => around(collapseScript, () => async () => 0),
};

/** Time that passes while the process is stopped is seen by neither clock: what was begun goes on. */
function sleepUnnoticed(): void {
  const clock = performance.now.bind(performance);
  const wallClock = Date.now.bind(Date);
  const stopMs = 5_000;
  let last = clock();
  let slept = 0;
  performance.now = () => {
    const now = clock();
    if (now - last > stopMs) slept += now - last;
    last = now;
    return now - slept;
  };
  Date.now = () => {
    performance.now();
    return Math.round(wallClock() - slept);
  };
  setInterval(() => performance.now(), stopMs / 10).unref();
  AbortSignal.timeout = () => new AbortController().signal;
}

/** Breaks it, for good, in this process. */
export function applySabotage(name: Sabotage, killPoint: (step: 'between') => void): void {
  // Redis is not part of this process.
  if (name !== 'redis-without-disk') sabotages[name](killPoint);
}
