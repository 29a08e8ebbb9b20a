import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseCount, parseSize, parseTime } from './core/quantities.ts';
import type { RunPolicy } from './core/run-state.ts';
import { runOptionTable } from './option-table.ts';
import { RunError } from './run-error.ts';
import type { Lang, RunWords } from './words/words.ts';

export interface RunOptions {
  /** Absolute. */
  socket: string;
  name: string;
  program: string;
  args: readonly string[];
  /** Absolute. Null: the app writes to our own output itself. */
  logDir: string | null;
  logLimitBytes: number;
  policy: RunPolicy;
  json: boolean;
  lang: Lang;
}

const hour = 3_600_000;
const nameMaxLength = 64;

type NameIn<Flags> = Flags extends `--${infer Name} ${string}` ? Name : never;
type OptionName = NameIn<(typeof runOptionTable)[number][0]>;
const text = { type: 'string' } as const;
const textForms = Object.fromEntries(
  runOptionTable.map(([flags]) => [flags.slice(2, flags.indexOf(' ')), text]),
) as Record<OptionName, typeof text>;

/** Beside those of the table the ones that every command of the kit has. */
const optionForms = {
  ...textForms,
  json: { type: 'boolean' },
  lang: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The words after `run`: `--socket PATH [options] -- CMD …`. `null` = help is wanted. @throws RunError USAGE. */
export function parseOptions(argv: readonly string[], cwd: string, lang: Lang, words: RunWords): RunOptions | null {
  const { values, positionals } = readArgs(argv, words);
  if (values.help) return null;
  if (values.lang !== undefined && values.lang !== 'ja' && values.lang !== 'en') {
    throw new RunError('USAGE', words.badLang(values.lang), words.seeHelp);
  }
  if (values.socket === undefined || values.socket === '') {
    throw new RunError('USAGE', words.noSocket, words.afterDashes);
  }
  const [program, ...args] = positionals;
  if (program === undefined || program === '') throw new RunError('USAGE', words.noCommand, words.afterDashes);
  const socket = path.resolve(cwd, values.socket);
  const logDir = values['log-dir'];
  return {
    socket,
    name: nameOf(values.name ?? path.parse(socket).name.slice(0, nameMaxLength), words),
    program,
    args,
    logDir: logDir === undefined ? null : path.resolve(cwd, logDir),
    logLimitBytes: sizeOf('--log-limit', values['log-limit'] ?? '10M', words, { bytes: 1_024, text: '1K' }),
    policy: policyOf(values, words),
    json: values.json ?? false,
    lang,
  };
}

function readArgs(argv: readonly string[], words: RunWords) {
  try {
    return parseArgs({ args: [...argv], options: optionForms, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new RunError('USAGE', refusalOf(error.message, String(error.code), words), words.afterDashes);
  }
}

/** The parser's own sentences exist in English only; what they quote is `--name`, `--name <value>` or `-h, --help`. */
function refusalOf(sentence: string, code: string, words: RunWords): string {
  const quoted = /'(-[^']*)'/.exec(sentence)?.[1] ?? '';
  const name = /--[^ ]+/.exec(quoted)?.[0] ?? quoted;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return words.unknownOption(name);
  const form = Object.entries(optionForms).find(([known]) => `--${known}` === name)?.[1];
  return form?.type === 'boolean' ? words.optionTakesNone(name) : words.optionNeedsValue(name);
}

type Values = ReturnType<typeof readArgs>['values'];

function policyOf(values: Values, words: RunWords): RunPolicy {
  const restarts = values['max-restarts'] ?? '10';
  const restartLimit = parseCount(restarts);
  if (restartLimit === null) throw new RunError('USAGE', words.badCount('--max-restarts', restarts), words.seeHelp);
  const memory = values['max-memory'];
  return {
    restartLimit,
    minUptimeMs: timeOf('--min-uptime', values['min-uptime'] ?? '60s', words, {
      least: 0,
      most: 24 * hour,
      text: ['0s', '24h'],
    }),
    killTimeoutMs: timeOf('--kill-timeout', values['kill-timeout'] ?? '8s', words, {
      least: 100,
      most: hour,
      text: ['100ms', '1h'],
    }),
    memoryLimitMb:
      memory === undefined ? null : sizeOf('--max-memory', memory, words, { bytes: 2 ** 20, text: '1M' }) / 2 ** 20,
  };
}

function timeOf(
  flag: string,
  text: string,
  words: RunWords,
  bounds: { least: number; most: number; text: readonly [string, string] },
): number {
  const ms = parseTime(text);
  if (ms === null) throw new RunError('USAGE', words.badTime(flag, text), words.seeHelp);
  if (ms < bounds.least || ms > bounds.most) {
    throw new RunError('USAGE', words.outside(flag, ...bounds.text), words.seeHelp);
  }
  return ms;
}

function sizeOf(flag: string, text: string, words: RunWords, least: { bytes: number; text: string }): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new RunError('USAGE', words.badSize(flag, text), words.seeHelp);
  if (bytes < least.bytes) throw new RunError('USAGE', words.tooSmall(flag, least.text), words.seeHelp);
  return bytes;
}

function nameOf(name: string, words: RunWords): string {
  if (/^\w[\w.-]*$/.test(name) && name.length <= nameMaxLength) return name;
  throw new RunError('USAGE', words.badName(name), words.badNameHint);
}
