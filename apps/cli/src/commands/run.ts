import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOptionTable } from '@yoban/run/option-table';
import { parseOptions } from '@yoban/run/parse-options';
import { RunError } from '@yoban/run/run-error';
import { runWords } from '@yoban/run/words/words';
import { OpsError } from '@yoban/shared/errors';
import { type CommandContext, type Given, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * `run --socket PATH -- CMD …`: checks the words, then gives this process to the small parent: it lives as long as the app, and
 * nothing of the command line is to lie in memory all that time.
 */
export const run: RunCommand = async (context, given) => {
  const { io, lang } = context;
  const words = parentWords(context, given);
  checkWords(words, io.cwd, lang);
  const parent = fileURLToPath(import.meta.resolve('@yoban/run/main'));
  const flags = [...process.execArgv, '--max-semi-space-size=1'];
  io.become(process.execPath, [...flags, parent, ...words], callerEnvironment(io.env));
  return exitCodes.fine;
};

function parentWords({ out, lang }: CommandContext, given: Given): string[] {
  const options = runOptionTable.flatMap(([flags, key]) => {
    const value = textOption(given, key);
    return value === undefined ? [] : [`${flags.split(' ')[0]}=${value}`];
  });
  const command = given.args.filter((word) => word !== undefined);
  return [...options, ...(out.json ? ['--json'] : []), `--lang=${lang}`, '--', ...command];
}

function checkWords(words: readonly string[], cwd: string, lang: CommandContext['lang']): void {
  try {
    parseOptions(words, cwd, lang, runWords(lang));
  } catch (error) {
    if (error instanceof RunError && error.code === 'USAGE') {
      throw new OpsError('USAGE', error.message, { hint: error.hint });
    }
    throw error;
  }
}

/** The environment that bin/yoban was called in: the app must not run on the project's Node or fill its compile cache. */
function callerEnvironment(env: CommandContext['io']['env']): Record<string, string | undefined> {
  const { YOBAN_CALLER_PATH: callerPath, YOBAN_ROOT: root, ...others } = env;
  if (callerPath === undefined || root === undefined) return { ...env };
  const { NODE_COMPILE_CACHE: cache, ...bare } = others;
  const isOurs = cache === path.join(root, 'node_modules', '.cache', 'yoban-compile');
  return { ...(isOurs ? bare : others), PATH: callerPath };
}
