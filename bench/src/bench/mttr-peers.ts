import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asOpsError } from '@yoban/shared/errors';
import { freePort } from '@yoban/shared/testing/free-port';
import { type Guarded, startMonit, startPm2, startRun, startSystemd } from './guarded-places.ts';
import { killAndBack } from './restart.ts';
import { answersAt, tinyApp } from './tiny-app.ts';

/** So that faults fall anywhere in a cycle, not always at its begin. */
export const cycleMs = 5_000;

export interface PeerCounts {
  kills: number;
  monitKills: number;
  hangs: number;
}

/** Each from the fault to the first 200 of another process, ms. `systemd` is empty where it does not run. */
export type Peers = Record<'run' | 'pm2' | 'systemd' | 'monitKill' | 'monitHang', number[]>;

export const repeat = async <T>(count: number, act: (round: number) => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let round = 0; round < count; round++) results.push(await act(round));
  return results;
};

async function hangAndBack(port: number, pid: number): Promise<number> {
  const begin = performance.now();
  process.kill(pid, 'SIGSTOP');
  await answersAt(port, pid);
  return performance.now() - begin;
}

/** The tiny app under yoban run, pm2, systemd and Monit, all at once: each is killed by turns with nothing else to do. */
export async function measurePeers(counts: PeerCounts, say: (text: string) => void): Promise<Peers> {
  const dir = mkdtempSync(path.join(tmpdir(), 'ym-'));
  const stops: Guarded['stop'][] = [];
  /** A script of its own each: a parent is found by the command line of its app. */
  const started = async (start: typeof startMonit, name: string) => {
    const own = path.join(dir, name);
    mkdirSync(own);
    const script = path.join(own, 'app.mjs');
    writeFileSync(script, tinyApp);
    const guarded = await start({ dir: own, script, port: await freePort() });
    stops.push(guarded.stop);
    await answersAt(guarded.port, null);
    return guarded;
  };
  try {
    const [ours, pm2, monit] = [
      await started(startRun, 'run'),
      await started(startPm2, 'pm2'),
      await started(startMonit, 'monit'),
    ];
    const systemd = await started(startSystemd, 'systemd').catch((error: unknown) => {
      say(`without systemd: ${asOpsError(error).message}`);
      return null;
    });
    const monitHang = await repeat(counts.hangs, async (round) => {
      await sleep(3 * cycleMs + (round * cycleMs) / counts.hangs);
      return hangAndBack(monit.port, await answersAt(monit.port, null));
    });
    return {
      run: await repeat(counts.kills, () => killAndBack(ours)),
      pm2: await repeat(counts.kills, () => killAndBack(pm2)),
      systemd: systemd ? await repeat(counts.kills, () => killAndBack(systemd)) : [],
      monitKill: await repeat(counts.monitKills, async (round) => {
        await sleep((round * cycleMs) / counts.monitKills);
        return killAndBack(monit);
      }),
      monitHang,
    };
  } finally {
    for (const stop of stops) await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
