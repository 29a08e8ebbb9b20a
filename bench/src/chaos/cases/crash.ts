import { isoTime } from '@yoban/shared/contracts/time';
import { announceMaintenance } from '@yoban/shared/maintenance';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ChaosCase, neverMs, type Stage } from '../chaos-case.ts';

const kill = ({ pid }: Stage) => process.kill(pid, 'SIGKILL');

function expectNoAction({ actions }: Stage): void {
  const [first] = actions();
  if (first) throw new Error(`the supervisor had it in hand, and yet an action began: ${first.action}`);
}

/** The supervisor brings a crashed app back; we only look that it did. */
export const crash: ChaosCase[] = (
  [
    { n: '1', on: ['pm2', 'systemd-user', 'compose'], boundMs: 12_000 },
    { n: '2', on: ['command'], boundMs: 3_000 },
  ] as const
).map(({ n, on, boundMs }) => ({
  n,
  on,
  boundMs,
  fault: {
    what: 'kill -9: its supervisor restarts it and an INFO tells of it, without an action of ours',
    run: async (stage) => {
      kill(stage);
      await stage.back(stage.pid, neverMs);
      await stage.heard('INFO', 1, neverMs);
      expectNoAction(stage);
    },
  },
  twin: {
    what: 'the same within announced maintenance: nobody is told, nothing acts',
    run: async (stage) => {
      const now = Date.now();
      announceMaintenance(`${stage.kit.home}/run`, {
        ...{ service: 'demo', reason: 'chaos', actor: 'chaos' },
        ...{ since: isoTime(now), until: isoTime(now + 60_000) },
      });
      kill(stage);
      const pid = await stage.back(stage.pid, neverMs);
      await stage.untouched(8_000);
      if ((await waitFor('an answer', stage.app.answers, 20_000)) !== pid)
        throw new Error('the new process does not answer');
      const told = stage.kit.told();
      if (told.length > 0) throw new Error(`people were told: ${told[0]?.text}`);
    },
  },
}));
