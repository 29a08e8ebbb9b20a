import { randomUUID } from 'node:crypto';
import { Refusal } from '../http/reply.ts';
import { requestJson } from '../json-request.ts';
import type { GameDatabase } from '../store/game-database.ts';
import type { Tip } from '../store/tip-store.ts';
import { endProcess } from './end-process.ts';
import { flag, oneOf, onlyKnown, whole } from './fault-input.ts';
import { allowStarts, refuseStartFile, refuseStarts, startsRefused } from './refuse-start.ts';
import { ruinFile } from './ruin-file.ts';

const CONTROL_TIMEOUT_MS = 2_000;

export interface FaultDeps {
  database: GameDatabase;
  token: string;
  modelUrl: string;
  youtubeUrl: string;
  tiktokUrl: string;
  obsUrl: string;
  arriveTips: (tips: Tip[], fail: boolean) => void;
  storeFailed: (error: unknown) => void;
}

/** What a switch answers; `after` runs when the answer is out, since some switches leave nobody to answer. */
export interface FaultResult {
  body: Record<string, unknown>;
  after?: () => void;
}

type Body = Record<string, unknown>;

/** The example's real faults, for tests and drills. Every switch does the thing itself; nothing is simulated inside the app. */
export class FaultSwitches {
  readonly #deps: FaultDeps;
  writingStopped = false;
  readonly #switches: Record<string, (body: Body) => FaultResult | Promise<FaultResult>>;

  constructor(deps: FaultDeps) {
    this.#deps = deps;
    this.#switches = {
      crash: (body) => this.#crash(body),
      hang: (body) => this.#hang(body),
      'refuse-start': (body) => this.#refuseStart(body),
      'stop-writing': (body) => this.#stopWriting(body),
      'corrupt-database': (body) => this.#corruptDatabase(body),
      tips: (body) => this.#tips(body),
      model: (body) => this.#model(body),
      disconnect: (body) => this.#disconnect(body),
      viewers: (body) => this.#viewers(body),
    };
  }

  /** Throws Refusal: 404 for an unknown name, 400 for a wrong body, 502 when the stand-ins do not answer. */
  async flip(name: string, body: Body): Promise<FaultResult> {
    const run = Object.hasOwn(this.#switches, name) ? this.#switches[name] : undefined;
    if (!run) throw new Refusal(404, `No switch "${name}"; there are ${Object.keys(this.#switches).join(', ')}.`);
    return await run(body);
  }

  async states(): Promise<Record<string, unknown>> {
    const { database, modelUrl, youtubeUrl, tiktokUrl, obsUrl } = this.#deps;
    const stateOf = (url: string) => this.#control('GET', url).catch(() => null);
    const [model, youtube, tiktok, obs] = await Promise.all([modelUrl, youtubeUrl, tiktokUrl, obsUrl].map(stateOf));
    return {
      switches: Object.keys(this.#switches),
      'stop-writing': this.writingStopped,
      'refuse-start': startsRefused(database.path),
      // null: that stand-in does not answer.
      model,
      youtube,
      tiktok,
      obs,
    };
  }

  #crash(body: Body): FaultResult {
    onlyKnown(body, ['how', 'code']);
    const how = oneOf(body, 'how', ['kill', 'abort', 'exit', 'throw', 'reject'], 'kill');
    const code = whole(body, 'code', 1, 255);
    return { body: { crashing: how, pid: process.pid }, after: () => endProcess(how, code) };
  }

  #hang(body: Body): FaultResult {
    onlyKnown(body, ['seconds']);
    const seconds = body.seconds === undefined ? undefined : whole(body, 'seconds', 0, 86_400);
    const until = seconds === undefined ? 'for ever' : `${seconds} s`;
    // Atomics.wait holds the event loop without burning the CPU that the other processes are measured on.
    const after = () =>
      void Atomics.wait(
        new Int32Array(new SharedArrayBuffer(4)),
        0,
        0,
        seconds === undefined ? undefined : seconds * 1_000,
      );
    return { body: { hanging: until }, after };
  }

  #refuseStart(body: Body): FaultResult {
    onlyKnown(body, ['on', 'times']);
    const { path } = this.#deps.database;
    if (flag(body, 'on', true)) refuseStarts(path, body.times === undefined ? null : whole(body, 'times', 1, 1_000));
    else allowStarts(path);
    return { body: { refuseStart: startsRefused(path), file: refuseStartFile(path) } };
  }

  #stopWriting(body: Body): FaultResult {
    onlyKnown(body, ['on']);
    this.writingStopped = flag(body, 'on', true);
    return { body: { stopWriting: this.writingStopped } };
  }

  #corruptDatabase(body: Body): FaultResult {
    onlyKnown(body, ['part']);
    const part = oneOf(body, 'part', ['middle', 'all'], 'middle');
    const { database, storeFailed } = this.#deps;
    return {
      body: { corrupting: database.path, part },
      after: () => {
        try {
          database.withClosed(() => ruinFile(database.path, part));
        } catch (error) {
          storeFailed(error);
        }
      },
    };
  }

  #tips(body: Body): FaultResult {
    onlyKnown(body, ['count', 'yen', 'fail']);
    const count = whole(body, 'count', 1, 1_000);
    const amountYen = whole(body, 'yen', 500, 10_000_000);
    const tips = Array.from({ length: count }, () => ({
      eventId: randomUUID(),
      source: 'switch',
      sender: 'Taro',
      amountYen,
      message: '',
    }));
    this.#deps.arriveTips(tips, flag(body, 'fail', false));
    return { body: { arrived: count } };
  }

  async #model(body: Body): Promise<FaultResult> {
    onlyKnown(body, ['mode', 'slowMs']);
    const mode = oneOf(body, 'mode', ['ok', 'fail', 'slow', 'timeout']);
    const state = await this.#control('POST', this.#deps.modelUrl, {
      mode,
      slowMs: whole(body, 'slowMs', 3_000, 600_000),
    });
    return { body: { model: state } };
  }

  async #disconnect(body: Body): Promise<FaultResult> {
    onlyKnown(body, ['platform', 'on']);
    const platform = oneOf(body, 'platform', ['youtube', 'tiktok', 'obs']);
    const { youtubeUrl, tiktokUrl, obsUrl } = this.#deps;
    const urls = { youtube: youtubeUrl, tiktok: tiktokUrl, obs: obsUrl };
    const state = await this.#control('POST', urls[platform], { connected: !flag(body, 'on', true) });
    return { body: { [platform]: state } };
  }

  async #viewers(body: Body): Promise<FaultResult> {
    onlyKnown(body, ['n']);
    const state = await this.#control('POST', this.#deps.youtubeUrl, { viewers: whole(body, 'n', 0, 10_000_000) });
    return { body: { youtube: state } };
  }

  async #control(method: 'GET' | 'POST', base: string, body?: Body): Promise<unknown> {
    const url = `${base.replace(/^ws/, 'http')}/control`;
    try {
      const answer = await requestJson({ method, url, token: this.#deps.token, timeoutMs: CONTROL_TIMEOUT_MS, body });
      if (answer.status === 200) return answer.json;
      throw new Error(`HTTP ${answer.status}`);
    } catch (error) {
      throw new Refusal(
        502,
        `The stand-in at ${url} does not do it: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
