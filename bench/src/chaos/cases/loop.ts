import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase, Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

const windowMs = 60_000;
const max = 3;

/** A tenth of row W2's numbers: three starts in a minute, after 0, 1 and 3 s, then nothing until that slides. */
function shortWindow(app: FaultyApp): object {
  const usual = usualPolicy(app);
  const verify = { probes: ['proc', 'health'], within: '3s' };
  const down = {
    anyOf: ['proc', 'health'],
    firstResponder: { owner: 'supervisor', grace: '1s' },
    evidence: ['status', 'sockets'],
    ladder: [{ on: 'fault', do: ['restart'], verify }],
  };
  return {
    faults: { down },
    budgets: {
      ...(usual.budgets as object),
      restarts: {
        ...{ counts: ['restart'], max, window: `${windowMs}ms`, backoff: ['0s', '1s', '3s'] },
        onExhausted: { mode: 'wait', notify: 'critical' },
      },
    },
  };
}

/** A supervisor that restarts for ever keeps the service up and down; how often is the fault. */
function oftenRestarted(app: FaultyApp): object {
  const usual = usualPolicy(app);
  return {
    probes: {
      ...(usual.probes as object),
      often: { type: 'resource', metric: 'restarts_per_hour', max: 5, every: '2s' },
    },
    faults: {
      ...(usual.faults as object),
      often: { anyOf: ['often'], ladder: [{ on: 'fault', notify: 'critical', halt: true }] },
    },
  };
}

/** No window of this length may hold more starts than the budget allows. */
function expectWithinBudget(stage: Stage): void {
  const starts = stage.actions().map(({ at }) => at);
  starts.forEach((at, index) => {
    const later = starts[index + max];
    if (later !== undefined && later - at < windowMs) throw new Error(`${max + 1} starts within ${later - at} ms`);
  });
}

const refuse = async ({ app, pid }: Stage) => {
  await app.switch({ refuseStart: true });
  process.kill(pid, 'SIGKILL');
};

/** A program of somebody else that took the port while the app was down. */
async function stranger(port: number): Promise<{ close(): Promise<void>; isAlive(): boolean }> {
  const server = createServer((socket) => socket.destroy());
  for (;;) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      await sleep(1);
    }
  }
  return {
    isAlive: () => server.listening,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

async function withPortTaken(stage: Stage) {
  const taking = stranger(Number(new URL(stage.app.url).port));
  await refuse(stage);
  const other = await taking;
  await stage.app.switch({ refuseStart: false });
  return other;
}

/** The stranger is this process. */
const namesHolder = ({ app, evidence }: Stage): boolean =>
  evidence().some(({ folder }) =>
    readdirSync(folder).some((name) => {
      const text = readFileSync(path.join(folder, name), 'utf8');
      return text.includes(`:${new URL(app.url).port}\tpid ${process.pid} `);
    }),
  );

export const loop: ChaosCase[] = [
  {
    ...{ n: '9', on: ['command', 'pm2', 'systemd-user', 'compose'], boundMs: 130_000, policy: shortWindow },
    fault: {
      what: `crash loop from its start: ${max} restarts, a CRITICAL, the next one only when the window of ${windowMs / 1_000} s has slid`,
      run: async (stage) => {
        await refuse(stage);
        await waitFor('the budget used', () => stage.actions().length >= max, 100_000);
        await stage.heard('CRITICAL', 1, 20_000);
        await waitFor('another try after the window', () => stage.actions().length > max, windowMs + 60_000);
        expectWithinBudget(stage);
      },
    },
    twin: {
      what: 'refuses to start for 6 s, then starts: back within the budget',
      run: async (stage) => {
        await refuse(stage);
        await sleep(6_000);
        await stage.app.switch({ refuseStart: false });
        await stage.back(stage.pid, 30_000);
        await sleep(5_000);
        if (stage.actions().length > max) throw new Error(`${stage.actions().length} actions`);
      },
    },
  },
  {
    ...{ n: '10', on: ['command', 'pm2', 'systemd-user'], boundMs: 60_000, policy: oftenRestarted },
    fault: {
      what: 'killed every 2 s after it had been up, which its supervisor never gives up on: told as CRITICAL',
      run: async (stage) => {
        for (let pid = stage.pid, n = 0; n < 12; n++) {
          process.kill(pid, 'SIGKILL');
          pid = await stage.back(pid, 20_000);
          if (stage.kit.told().some(({ level }) => level === 'CRITICAL')) return;
          await sleep(2_000);
        }
        await stage.heard('CRITICAL', 1, 10_000);
      },
    },
    twin: {
      what: 'killed twice: INFO only',
      run: async (stage) => {
        process.kill(stage.pid, 'SIGKILL');
        const second = await stage.back(stage.pid, 20_000);
        await sleep(2_000);
        process.kill(second, 'SIGKILL');
        await stage.back(second, 20_000);
        await stage.untouched(12_000);
        const loud = stage.kit.told().find(({ level }) => level !== 'INFO');
        if (loud) throw new Error(`people were told: ${loud.text}`);
      },
    },
  },
  {
    ...{ n: '11', on: ['command', 'pm2', 'systemd-user'], boundMs: 60_000 },
    fault: {
      what: 'its port is taken by a stranger: a CRITICAL, it halts, the stranger lives, the evidence names it',
      run: async (stage) => {
        const other = await withPortTaken(stage);
        try {
          await stage.heard('CRITICAL', 1, 55_000);
          await waitFor('it halts', () => stage.halted(), 30_000);
          if (!other.isAlive()) throw new Error('the stranger was ended');
          if (!namesHolder(stage)) throw new Error('no evidence names who has the port');
        } finally {
          await other.close();
        }
      },
    },
    twin: {
      what: 'its port is taken for 3 s only: back, not halted',
      run: async (stage) => {
        const other = await withPortTaken(stage);
        await sleep(3_000);
        await other.close();
        await stage.back(stage.pid, 40_000);
        if (stage.halted()) throw new Error('it halted');
      },
    },
  },
];
