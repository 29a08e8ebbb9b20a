import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@yoban/shared/testing/free-port';
import { boundRow, type Proof, type ProofRow, plainRow, ratioRow } from '../harness/proof.ts';
import { median, spread } from '../harness/stats.ts';
import { type Guarded, type Place, startPm2, startRun } from './guarded-places.ts';
import { answersAt, tinyApp } from './tiny-app.ts';

const fullRounds = 25;
const shortRounds = 9;
const fullRunSeconds = 300;
/** Between two kills: both parents are quiet again, and so is the app. */
const settleMs = 400;
const goalMs = 500;

/** SIGKILL of the app, to the first 200 of the next process, ms. */
export async function killAndBack({ port }: Guarded): Promise<number> {
  const pid = await answersAt(port, null);
  await sleep(settleMs);
  const killedAt = performance.now();
  process.kill(pid, 'SIGKILL');
  await answersAt(port, pid);
  return performance.now() - killedAt;
}

/** Start of the app by itself, to its first 200: what no parent can be faster than. */
async function bareStart({ script }: Place): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [script], { env: { ...process.env, APP_PORT: String(port) }, stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await answersAt(port, null);
    return performance.now() - startedAt;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const rssMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

const ownMb = (pid: number): number =>
  Number(/^Pss_Anon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1_024;

async function measure(rounds: number, say: (text: string) => void): Promise<ProofRow[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yr-'));
  const script = path.join(dir, 'app.mjs');
  writeFileSync(script, tinyApp);
  const stops: (() => Promise<void>)[] = [];
  try {
    const ours = await startRun({ dir, script, port: await freePort() });
    stops.push(ours.stop);
    const peer = await startPm2({ dir, script, port: await freePort() });
    stops.push(peer.stop);
    say(`${rounds} kills of each, by turns`);
    const times = { ours: [] as number[], peer: [] as number[], bare: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.ours.push(await killAndBack(ours));
      times.peer.push(await killAndBack(peer));
      times.bare.push(await bareStart({ dir, script, port: 0 }));
    }
    const parents = { ours: ours.parent.pid ?? 0, peer: peer.godPid() };
    return rowsOf(times, { rss: both(parents, rssMb), own: both(parents, ownMb) });
  } finally {
    for (const stop of stops) await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Pair {
  ours: number;
  peer: number;
}

const both = (pids: Pair, of: (pid: number) => number): Pair => ({ ours: of(pids.ours), peer: of(pids.peer) });

function rowsOf(
  times: { ours: number[]; peer: number[]; bare: number[] },
  memory: { rss: Pair; own: Pair },
): ProofRow[] {
  const figures = { ours: median(times.ours), peer: median(times.peer) };
  return [
    boundRow({
      id: 'restart',
      what: 'kill -9 of an app under yoban run, to the next 200, median ms',
      ours: figures.ours,
      unit: 'ms',
      atMost: goalMs,
      note: spread(times.ours),
    }),
    ratioRow({
      id: 'restart-pm2',
      what: 'the same; peer pm2 without a backoff',
      ...figures,
      atMost: 1,
      note: `peer ${spread(times.peer)}`,
    }),
    plainRow('bare', 'start of the same app by nobody, to its first 200, ms', median(times.bare), spread(times.bare)),
    {
      ...plainRow('rss', 'RSS of the parent, MB; peer the pm2 daemon', memory.rss.ours),
      peer: Math.round(memory.rss.peer),
      note: `memory of its own ${memory.own.ours.toFixed(1)} MB, peer ${memory.own.peer.toFixed(1)} MB; the rest is Node's program file`,
    },
  ];
}

export const restart: Proof = {
  name: 'restart',
  what: `kill -9 of an app under yoban run until it answers again (${fullRounds} kills; --seconds under ${fullRunSeconds}: ${shortRounds})`,
  sabotages: [],
  run: ({ seconds, say }) => measure(seconds < fullRunSeconds ? shortRounds : fullRounds, say),
};
