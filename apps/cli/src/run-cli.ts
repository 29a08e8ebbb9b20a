import { asOpsError, OpsError } from '@yoban/shared/errors';
import { CommanderError } from 'commander';
import { buildProgram, type Chosen, wrongUse } from './build-program.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import type { FoundKit } from './find-kit.ts';
import type { Io } from './io.ts';
import { createOutput } from './output.ts';
import { chooseLang, wordsIn } from './words/words.ts';

/** Runs one command line (without node and script) and gives its exit code. Never throws: every problem is printed here, once. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  // Both are needed before the parser is there: it may fail, and it prints help in a language. What follows `--` is not ours.
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const wanted = langIn(own);
  const lang = chooseLang(wanted, io.env);
  const words = wordsIn(lang ?? 'en');
  const out = createOutput(io, own.includes('--json'), words);
  try {
    if (!lang) throw new OpsError('USAGE', words.usage.badLang(wanted ?? ''), { hint: words.usage.seeHelp('yoban') });
    const chosen: Chosen[] = [];
    const program = buildProgram(words, io, (choice) => chosen.push(choice));
    program.parse([...argv], { from: 'user' });
    const [choice] = chosen;
    if (!choice) return exitCodes.wrongUse;
    const run = await choice.spec.load();
    const found = choice.spec.withoutKit ? noKit : await kitFinder(io);
    return await run({ io, out, words, lang, found }, choice.given);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.fine;
    const ops = error instanceof CommanderError ? wrongUse(error, words) : asOpsError(error);
    out.problem(ops);
    return exitCodeOf(ops.code);
  }
}

async function kitFinder(io: Io): Promise<() => FoundKit> {
  const { findKit } = await import('./find-kit.ts');
  let found: FoundKit | undefined;
  return () => (found ??= findKit(io.env, io.cwd));
}

function noKit(): never {
  throw new OpsError('UNEXPECTED', 'this command works without a kit');
}

function langIn(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((text) => text === '--lang' || text.startsWith('--lang='));
  if (at < 0) return undefined;
  return argv[at]?.startsWith('--lang=') ? argv[at].slice('--lang='.length) : argv[at + 1];
}
