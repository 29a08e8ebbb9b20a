import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase, Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

const on = ['command', 'pm2', 'systemd-user', 'compose'] as const;
const pauseMs = 12_000;

/** Each failure goes through the ladder again: only the budget's pause keeps the second restart from coming at once. */
function longPause(app: FaultyApp): object {
  const { budgets } = usualPolicy(app) as { budgets: { restarts: object } };
  const verify = { probes: ['proc', 'health'], within: '2s' };
  return {
    faults: {
      unhealthy: { anyOf: ['health'], evidence: ['status'], ladder: [{ on: 'fault', do: ['restart'], verify }] },
    },
    budgets: { restarts: { ...budgets.restarts, backoff: ['0s', `${pauseMs}ms`] } },
  };
}

/** Its restarts do not mend it. */
const illForGood = ({ app }: Stage) => app.switch({ body: 'unhealthy' });

/** A restart that does not help: not believed, not repeated without end, not at once. */
export const futile: ChaosCase[] = [
  {
    ...{ n: '9b', on, boundMs: 60_000, policy: longPause },
    fault: {
      what: `a restart has not helped: the next one comes no sooner than ${pauseMs / 1_000} s after it`,
      run: async (stage) => {
        await illForGood(stage);
        await waitFor('two restarts', () => stage.actions().length >= 2, 55_000);
        const [first, second] = stage.actions();
        const gapMs = (second?.at ?? 0) - (first?.at ?? 0);
        if (gapMs < pauseMs) throw new Error(`the second restart came after ${gapMs} ms`);
      },
    },
    twin: {
      what: 'a restart has helped: no other one',
      run: async (stage) => {
        await stage.app.untilRestart({ body: 'unhealthy' });
        await stage.back(stage.pid, 20_000);
        await stage.untouched(pauseMs);
      },
    },
  },
  {
    ...{ n: '11b', on, boundMs: 60_000 },
    fault: {
      what: 'it answers as wrongly after its restart: told as CRITICAL and as nothing else, halted after that one restart',
      run: async (stage) => {
        await illForGood(stage);
        await stage.heard('CRITICAL', 1, 50_000);
        await waitFor('it halts', () => stage.halted(), 10_000);
        const begun = stage.actions().length;
        if (begun !== 1) throw new Error(`${begun} actions instead of one`);
        const wrong = stage.kit.told().find(({ level }) => level !== 'CRITICAL');
        if (wrong) throw new Error(`people were told: ${wrong.text}`);
      },
    },
    twin: {
      what: 'it answers well after its restart: an INFO, not halted',
      run: async (stage) => {
        await stage.app.untilRestart({ body: 'unhealthy' });
        await stage.back(stage.pid, 20_000);
        await stage.heard('INFO', 1, 20_000);
        if (stage.halted()) throw new Error('it halted');
      },
    },
  },
];
