import type { AlertCommand, AlertCommandOf } from '@yoban/shared/contracts/alert-command';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from './channels/channel.ts';
import { auditFact } from './core/decide-command.ts';
import { nothingNeeded } from './core/known.ts';
import { emptyPlan, type Plan } from './core/plan.ts';
import type { Decider } from './decide-and-write.ts';
import { sendTest } from './delivery/send-test.ts';
import type { AlertStore, Loaded } from './store/alert-store.ts';
import type { Resent } from './store/resend.ts';
import type { SpendToken } from './store/spend-token.ts';

export interface CommandDeps {
  decider: Decider;
  store: AlertStore;
  channels: readonly Channel[];
  resend: (nid: string, now: number) => Promise<Resent>;
  spend: SpendToken;
  log: Log;
}

/** Carries out what a person asked for, once by its id, and leaves an audit of it. Resolves to the reason. */
export const createCommands =
  ({ decider, store, channels, resend, spend, log }: CommandDeps) =>
  async (command: AlertCommand): Promise<string> => {
    switch (command.do) {
      case 'test':
        return test(command);
      case 'resend':
        return again(command);
      default:
        return decider.command(command);
    }

    async function test(asked: AlertCommandOf<'test'>): Promise<string> {
      const loaded = await store.load(nothingNeeded, [markOf(asked)]);
      if (loaded.seen.has(markOf(asked))) return 'seen';
      const { now } = loaded;
      const results = await sendTest(asked, channels, { log, spend, now: () => now });
      const failed = results.filter((one) => one.outcome === 'failed');
      const reason = failed.length === 0 ? 'sent' : failed.length < results.length ? 'sent_in_part' : 'failed';
      const plan = emptyPlan(reason);
      for (const one of results) {
        plan.facts.push({ type: 'alert-test', id: `${one.id}-${one.channel}`, at: one.at, test: one });
      }
      plan.facts.push(auditFact(asked, { done: reason !== 'failed', reason }, now));
      await leave(plan, loaded, asked);
      return reason;
    }

    async function again(asked: AlertCommandOf<'resend'>): Promise<string> {
      const loaded = await store.load(nothingNeeded, [markOf(asked)]);
      if (loaded.seen.has(markOf(asked))) return 'seen';
      const reason = await resend(asked.noticeId, loaded.now);
      const plan = emptyPlan(reason);
      plan.facts.push(auditFact(asked, { done: reason === 'resent', reason }, loaded.now));
      await leave(plan, loaded, asked);
      return reason;
    }

    /** Facts alone: they hang on no document, so nothing can come in between. */
    async function leave(plan: Plan, loaded: Loaded, asked: AlertCommand): Promise<void> {
      await store.apply([{ plan, needs: null, id: markOf(asked) }], loaded);
    }
  };

const markOf = ({ id }: AlertCommand): string => `command-${id}`;
