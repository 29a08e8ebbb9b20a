import { helpText } from './help-text.ts';
import { parseOptions } from './parse-options.ts';
import { runApp } from './run-app.ts';
import { exitCodeOf, RunError } from './run-error.ts';
import { runLang, runWords } from './words/words.ts';

// The container image starts this file itself: nothing is loaded here but what the parent needs while it runs.
const argv = process.argv.slice(2);
const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
const lang = runLang(langIn(own), process.env);
const words = runWords(lang);

function langIn(args: readonly string[]): string | undefined {
  const at = args.findIndex((text) => text === '--lang' || text.startsWith('--lang='));
  return args[at]?.startsWith('--lang=') ? args[at].slice('--lang='.length) : args[at + 1 || args.length];
}

async function main(): Promise<0 | 1 | 2> {
  try {
    const options = parseOptions(argv, process.cwd(), lang, words);
    if (options !== null) return await runApp(options, process.env);
    process.stdout.write(helpText(words));
    return 0;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const { code, message, hint } = error;
    if (own.includes('--json'))
      process.stdout.write(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
    else process.stderr.write(`error ${code}: ${message}\n${words.hintLabel}: ${hint}\n`);
    return exitCodeOf(error);
  }
}

// An end at once: a pipe that a leftover of the app still holds must not keep us here.
process.exit(await main());
