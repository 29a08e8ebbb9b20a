import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Truth } from '../src/truth.ts';

export const FAULT_TOKEN = 'fault-token-of-the-test';
const DEADLINE_MS = 30_000;

type Line = Record<string, unknown> & { event: string };

/** One real process of the example, with what it logged so far. */
export class RunningProcess {
  readonly child: ChildProcess;
  readonly lines: Line[] = [];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #wake: () => void = () => {};

  constructor(file: string, env: Record<string, string>) {
    const path = fileURLToPath(new URL(`../src/${file}`, import.meta.url));
    this.child = spawn(process.execPath, ['--conditions=yoban-src', '--max-semi-space-size=1', path], {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      this.#wake();
      return { code, signal };
    });
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on('line', (text) => {
        this.lines.push(JSON.parse(text));
        this.#wake();
      });
    }
  }

  /** The first line of this event; fails when the process ends or the deadline passes without it. */
  async line(event: string): Promise<Line> {
    const deadline = sleep(DEADLINE_MS, 'late' as const, { ref: false });
    for (;;) {
      const found = this.lines.find((line) => line.event === event);
      if (found) return found;
      if (this.child.exitCode !== null)
        throw new Error(`ended with ${this.child.exitCode}: ${JSON.stringify(this.lines.at(-1))}`);
      const news = new Promise<'news'>((resolve) => {
        this.#wake = () => resolve('news');
      });
      if ((await Promise.race([news, deadline])) === 'late') throw new Error(`no ${event} in ${DEADLINE_MS} ms`);
    }
  }

  async kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return await this.ended;
  }
}

export class RunningGame extends RunningProcess {
  url = '';

  async listening(): Promise<this> {
    const { port } = await this.line('app.listening');
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  async truth(): Promise<Truth> {
    const response = await fetch(`${this.url}/api/state`);
    return (await response.json()) as Truth;
  }

  /** Looks at the truth until it is so. */
  async until(holds: (truth: Truth) => boolean): Promise<Truth> {
    const end = Date.now() + DEADLINE_MS;
    for (;;) {
      const truth = await this.truth();
      if (holds(truth)) return truth;
      if (Date.now() > end) throw new Error(`not so in ${DEADLINE_MS} ms: ${JSON.stringify(truth)}`);
      await sleep(20);
    }
  }

  async fault(name: string, body: unknown = {}, token = FAULT_TOKEN): Promise<Response> {
    return await fetch(`${this.url}/faults/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  }
}

/** Stand-ins and any number of starts of the game on one database, all ended by `end()`. */
export class GameWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'ailife-'));
  readonly dbPath = join(this.folder, 'data', 'game.sqlite');
  readonly oracleFile = join(this.folder, 'oracle.jsonl');
  readonly #running: RunningProcess[] = [];
  #env: Record<string, string> = {};

  async openStandins(): Promise<this> {
    const standins = new RunningProcess('standins-main.ts', {
      STANDIN_MODEL_PORT: '0',
      STANDIN_YOUTUBE_PORT: '0',
      STANDIN_TIKTOK_PORT: '0',
      STANDIN_OBS_PORT: '0',
      STANDIN_TIP_EVERY_MS: '0',
      STANDIN_MODEL_LATENCY_MS: '5',
      AILIFE_FAULT_TOKEN: FAULT_TOKEN,
    });
    this.#running.push(standins);
    const { model, youtube, tiktok, obs } = await standins.line('standins.listening');
    this.#env = {
      APP_PORT: '0',
      DB_PATH: this.dbPath,
      AILIFE_CHAT_MS: '0',
      AILIFE_YOUTUBE_POLL_MS: '50',
      AILIFE_TIP_MS: '1',
      AILIFE_FAULT_TOKEN: FAULT_TOKEN,
      AILIFE_ORACLE_FILE: this.oracleFile,
      AILIFE_MODEL_URL: `http://127.0.0.1:${model}`,
      AILIFE_YOUTUBE_URL: `http://127.0.0.1:${youtube}`,
      AILIFE_TIKTOK_URL: `ws://127.0.0.1:${tiktok}`,
      AILIFE_OBS_URL: `ws://127.0.0.1:${obs}`,
    };
    return this;
  }

  /** Starts the game; `env` goes over the defaults of the tests. Not waited for. */
  spawnGame(env: Record<string, string> = {}): RunningGame {
    const game = new RunningGame('main.ts', { ...this.#env, ...env });
    this.#running.push(game);
    return game;
  }

  async startGame(env: Record<string, string> = {}): Promise<RunningGame> {
    return await this.spawnGame(env).listening();
  }

  async end(): Promise<void> {
    await Promise.all(this.#running.map((one) => one.kill('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
