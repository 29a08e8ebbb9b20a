import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Config {
  dbPath: string;
  host: string;
  appPort: number;
  cycleMs: number;
  /** A line of small talk this often; 0 = never. */
  chatMs: number;
  youtubePollMs: number;
  modelTimeoutMs: number;
  /** How long the show of one tip takes. */
  tipMs: number;
  reportUrl: string;
  reportMs: number;
  /** Empty: no reports. */
  appToken: string;
  /** Empty: no fault switches. */
  faultToken: string;
  modelUrl: string;
  youtubeUrl: string;
  tiktokUrl: string;
  /** Only for the switch that takes it away: the game itself does not ask OBS. */
  obsUrl: string;
  /** Where the writer's own content hashes go; empty: nowhere. */
  oracleFile: string;
}

export interface StandinConfig {
  host: string;
  modelPort: number;
  youtubePort: number;
  tiktokPort: number;
  obsPort: number;
  faultToken: string;
  /** A tip on each platform this often; 0 = never. */
  tipEveryMs: number;
  modelLatencyMs: number;
}

type Env = Record<string, string | undefined>;

/** Reads the game server's environment; every problem is listed in one error, by name. */
export function parseConfig(env: Env): Config {
  const read = new EnvReader(env);
  const port = read.integer('PORT', 3_000, 65_435);
  const appPort = read.integer('APP_PORT', port + 100, 65_535);
  const config: Config = {
    dbPath: resolve(read.text('DB_PATH', './data/game.sqlite')),
    host: read.text('HOST', '127.0.0.1'),
    appPort,
    cycleMs: read.integer('AILIFE_CYCLE_MS', 600_000, 86_400_000, 100),
    chatMs: read.integer('AILIFE_CHAT_MS', 15_000),
    youtubePollMs: read.integer('AILIFE_YOUTUBE_POLL_MS', 5_000, 60_000, 50),
    modelTimeoutMs: read.integer('AILIFE_MODEL_TIMEOUT_MS', 5_000, 600_000, 10),
    tipMs: read.integer('AILIFE_TIP_MS', 40),
    reportUrl: read.url('YOBAN_REPORT_URL', `http://127.0.0.1:${port}`, 'http'),
    reportMs: read.integer('AILIFE_REPORT_MS', 5_000, 60_000, 50),
    appToken: read.secret('YOBAN_APP_TOKEN'),
    faultToken: read.secret('AILIFE_FAULT_TOKEN'),
    modelUrl: read.url('AILIFE_MODEL_URL', `http://127.0.0.1:${appPort + 1}`, 'http'),
    youtubeUrl: read.url('AILIFE_YOUTUBE_URL', `http://127.0.0.1:${appPort + 2}`, 'http'),
    tiktokUrl: read.url('AILIFE_TIKTOK_URL', `ws://127.0.0.1:${appPort + 3}`, 'ws'),
    obsUrl: read.url('AILIFE_OBS_URL', `ws://127.0.0.1:${appPort + 4}`, 'ws'),
    oracleFile: read.text('AILIFE_ORACLE_FILE', ''),
  };
  read.finish();
  return config;
}

/** Reads the stand-ins' environment in the same way. */
export function parseStandinConfig(env: Env): StandinConfig {
  const read = new EnvReader(env);
  const appPort = read.integer('APP_PORT', read.integer('PORT', 3_000, 65_435) + 100, 65_531);
  const config: StandinConfig = {
    host: read.text('HOST', '127.0.0.1'),
    modelPort: read.integer('STANDIN_MODEL_PORT', appPort + 1, 65_535),
    youtubePort: read.integer('STANDIN_YOUTUBE_PORT', appPort + 2, 65_535),
    tiktokPort: read.integer('STANDIN_TIKTOK_PORT', appPort + 3, 65_535),
    obsPort: read.integer('STANDIN_OBS_PORT', appPort + 4, 65_535),
    faultToken: read.secret('AILIFE_FAULT_TOKEN'),
    tipEveryMs: read.integer('STANDIN_TIP_EVERY_MS', 90_000),
    modelLatencyMs: read.integer('STANDIN_MODEL_LATENCY_MS', 120, 60_000),
  };
  read.finish();
  return config;
}

class EnvReader {
  readonly #env: Env;
  readonly #problems: string[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  text(name: string, fallback: string): string {
    return this.#env[name] || fallback;
  }

  integer(name: string, fallback: number, max = 86_400_000, min = 0): number {
    const text = this.#env[name];
    if (!text) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.#problems.push(`${name} must be a whole number from ${min} to ${max}, got "${text}"`);
    return fallback;
  }

  url(name: string, fallback: string, scheme: 'http' | 'ws'): string {
    const text = this.#env[name] || fallback;
    const protocol = URL.parse(text)?.protocol;
    if (protocol === `${scheme}:` || protocol === `${scheme}s:`) return text.replace(/\/+$/, '');
    this.#problems.push(`${name} must be a ${scheme}:// or ${scheme}s:// address, got "${text}"`);
    return fallback;
  }

  /** The variable, else the file that `<name>_FILE` names; empty when neither is set. */
  secret(name: string): string {
    const text = this.#env[name];
    const file = this.#env[`${name}_FILE`];
    if (text || !file) return text ?? '';
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (error) {
      this.#problems.push(`${name}_FILE cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return '';
    }
  }

  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }
}

export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}
