import { runOptionTable } from './option-table.ts';
import type { RunWords } from './words/words.ts';

/** What `--help` prints where the command line of the kit is not there to do it. */
export function helpText(words: RunWords): string {
  const rows: (readonly [string, string])[] = [
    ...runOptionTable.map(([flags, key]) => [flags, words.options[key]] as const),
    ['--json', words.json],
    ['--lang <lang>', words.lang],
    ['-h, --help', words.help],
  ];
  const width = Math.max(...rows.map(([flags]) => flags.length));
  const lines = rows.map(([flags, text]) => `  ${flags.padEnd(width)}  ${text}`);
  return `${words.usage}\n${words.about}\n\n${lines.join('\n')}\n`;
}
