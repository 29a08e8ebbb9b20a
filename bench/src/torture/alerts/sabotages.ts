import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { applyScript, loadScript } from '../../../../apps/alerter/src/store/decision-scripts.ts';
import { claimScript, settleScript } from '../../../../apps/alerter/src/store/delivery-scripts.ts';
import { keyPrefix, type LuaScript } from '../../../../apps/alerter/src/store/lua-script.ts';
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
  [part: string]: unknown;
}

const planOf = (args: Arguments): PlanOnTheWire => JSON.parse(String(args[0]));
const withPlan = (plan: object, args: Arguments): Arguments => [JSON.stringify(plan), ...args.slice(1)];

/** The row of a claim's answer, null where it says to wait. */
function claimedRow(reply: unknown): { nid: string; priority: number } | null {
  if (!Array.isArray(reply) || reply[0] !== 'row') return null;
  return { nid: String(reply[1]), priority: JSON.parse(String(reply[3])).priority };
}

const retryKeys = new Set(['x-line-retry-key', 'idempotency-key', 'x-sequence-id']);

/** Each breaks one safeguard of the alerter that runs in this process; `killPoint` is where one may be told to die. */
const sabotages: Record<Exclude<Sabotage, 'redis-without-disk'>, (killPoint: (step: 'between') => void) => void> = {
  'commit-before-send': () =>
    around(claimScript, (run) => async (redis, args) => {
      const reply = await run(redis, args);
      const row = claimedRow(reply);
      if (row) await settleScript.run(redis, [row.nid, args[2] ?? '', 'sent', 86_400_000, '', '[]', '']);
      return reply;
    }),
  'claim-removes-row': () =>
    around(claimScript, (run) => async (redis, args) => {
      const reply = await run(redis, args);
      const row = claimedRow(reply);
      if (row) await redis.zrem(`${keyPrefix}due:${args[0]}:${row.priority}`, row.nid);
      return reply;
    }),
  'lease-of-a-moment': () =>
    around(claimScript, (run) => (redis, args) => run(redis, [args[0] ?? '', 1, ...args.slice(2)])),
  'skip-seen': () => {
    around(loadScript, (run) => (redis, args) => run(redis, ['', ...args.slice(1)]));
    around(applyScript, (run) => (redis, args) => run(redis, withPlan({ ...planOf(args), seen: '' }, args)));
  },
  'decision-without-outbox': (killPoint) =>
    around(applyScript, (run) => async (redis, args) => {
      const plan = planOf(args);
      const reply = await run(redis, withPlan({ ...plan, rows: [] }, args));
      if (reply !== 'done' || plan.rows.length === 0) return reply;
      killPoint('between');
      const nothing = { docs: [], records: [], facts: [], watch: [], release: [], agenda: [] };
      const rest = { seen: '', ...nothing, rows: plan.rows };
      return run(redis, withPlan(rest, args));
    }),
  'random-retry-key': () => {
    const { setHeader } = http.OutgoingMessage.prototype;
    http.OutgoingMessage.prototype.setHeader = function (name, value) {
      return setHeader.call(this, name, retryKeys.has(name.toLowerCase()) ? randomUUID() : value);
    };
  },
  'no-fifo': () =>
    around(applyScript, (run) => (redis, args) => {
      const plan = planOf(args);
      return run(
        redis,
        withPlan(
          { ...plan, rows: plan.rows.map((row) => ({ ...row, after: Array.isArray(row.after) ? [] : '' })) },
          args,
        ),
      );
    }),
};

/** Breaks it, for good, in this process. */
export function applySabotage(name: Sabotage, killPoint: (step: 'between') => void): void {
  // Redis is not part of this process.
  if (name !== 'redis-without-disk') sabotages[name](killPoint);
}
