import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@yoban/host-tools/run-program';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { type ErrorCode, errorCatalog } from '@yoban/shared/error-catalog';
import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import type { CommandContext, Given } from '../command.ts';
import { kitSources } from '../find-kit.ts';

interface Question {
  do: 'status' | 'run-once' | 'simulate';
  target?: string;
}

const Answer = jsonText(
  z.union([
    z.object({ result: z.unknown() }),
    z.object({
      error: z.object({
        ...{ code: z.string(), message: z.string(), hint: z.string() },
        fields: z.record(z.string(), z.unknown()),
      }),
    }),
  ]),
);

/** One round may repair several things, each with its proof. */
const limitMs = 15 * 60_000;
const outputMax = 32 * 1024 * 1024;

/**
 * Has the watchdog's own program look into its store, make a round, or play a scenario: the engine is its own.
 * @throws OpsError what that program answers, or USAGE where it is not at hand
 */
export async function askWatchdog<T>(
  { io, words }: CommandContext,
  given: Given,
  { do: what, target }: Question,
  schema: z.ZodType<T>,
): Promise<T> {
  const { env, root } = kitSources(io.env, io.cwd);
  const isSource = import.meta.url.endsWith('.ts');
  const name = isSource ? '../../../watchdog/src/tool-main.ts' : '../../../watchdog/dist/tool-main.js';
  const file = fileURLToPath(new URL(name, import.meta.url));
  if (!existsSync(file)) throw new OpsError('USAGE', words.watchdog.notBuilt, { hint: words.watchdog.notBuiltHint });
  const { fast, recovery, dryRun } = given.options;
  const flags = { fast: fast === true, noRecovery: recovery === false, dryRun: dryRun === true };
  const request = JSON.stringify({ do: what, ...flags, target: target ?? null });
  const conditions = isSource ? ['--disable-warning=ExperimentalWarning', '--conditions=yoban-src'] : [];
  const { stdout, stderr, code } = await runProgram({
    ...{ file: process.execPath, args: [...conditions, file, request], cwd: root, outputMax },
    ...{ env: definedOf(env), timeoutMs: limitMs, signal: io.signal },
  });
  const parsed = Answer.safeParse(stdout);
  if (!parsed.success)
    throw new OpsError('UNEXPECTED', words.watchdog.noAnswer(stderr.trim().split('\n').at(-1) ?? `exit ${code}`));
  if ('result' in parsed.data) return schema.parse(parsed.data.result);
  const { error } = parsed.data;
  throw new OpsError(isCode(error.code) ? error.code : 'UNEXPECTED', error.message, {
    ...{ hint: error.hint, fields: error.fields },
  });
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalog, code);

/** It is the kit's own program: it may know what the kit knows. */
const definedOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
