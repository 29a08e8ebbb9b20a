import type { ProofReport, ProofRow } from '../harness/proof.ts';

/** One case on one supervisor, its twin beside it. */
interface Pair {
  number: string;
  on: string;
  fault: ProofRow;
  twin: ProofRow | undefined;
}

const idPattern = /^(?<number>[^@-]+)(?<twin>-twin)?@(?<on>.+)$/;

function pairsOf(rows: readonly ProofRow[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const row of rows) {
    const { number = row.id, twin, on = '' } = idPattern.exec(row.id)?.groups ?? {};
    const before = pairs.get(`${number}@${on}`);
    if (twin === undefined) pairs.set(`${number}@${on}`, { number, on, fault: row, twin: before?.twin });
    else if (before) before.twin = row;
  }
  return [...pairs.values()];
}

const resultOf = ({ met, note }: ProofRow): string =>
  met === null ? `left out: ${note ?? ''}` : met ? 'met' : `**missed**${note ? `: ${note}` : ''}`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const lineOf = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** What was broken on which supervisor, how long what must follow took, and whether its twin was left alone. Markdown. */
export function resiliencePage({ at, machine, seed, rows }: ProofReport): string {
  const pairs = pairsOf(rows);
  const missed = rows.filter(({ met }) => met === false).length;
  const leftOut = rows.filter(({ met }) => met === null).length;
  const parts = [...new Set(pairs.map(({ number }) => number))].map((number) =>
    partOf(pairs.filter((pair) => pair.number === number)),
  );
  return `# What happens when things break

Made of what \`bin/pnpm chaos\` reports (\`all\` writes it, others with \`--record\`), not edited by hand: ${at.slice(0, 10)}, ${machine}, seed ${seed ?? 'none'}.
${rows.length} rows, ${missed} missed, ${leftOut} left out.

Each case breaks one thing on a real supervisor of its own: an app under \`yoban run\` (command), pm2, systemd (as a user's services) or a container of Docker
Compose, with the whole kit beside it. *Took* is from the fault to the end of what must follow; the bound is the case's own. The twin looks like the fault and must not
be acted on, or must end otherwise, as its line says. A service is looked at each 5 s, with 2 s for an answer, two bad looks, the second after 1 s.
Four cases run side by side. A miss stands here as one.

${parts.join('\n')}
\`bin/pnpm chaos --sabotage list\` names the safeguards that can be broken on purpose, one at a time; with each of them a case of these fails, and the command ends with 1.
`;
}

function partOf(pairs: readonly Pair[]): string {
  const [first] = pairs;
  if (!first) return '';
  const lines = pairs.map(({ on, fault, twin }) =>
    lineOf([
      on,
      fault.goal ?? '',
      fault.ours === null ? '' : `${fault.ours} s`,
      resultOf(fault),
      twin ? resultOf(twin) : '',
    ]),
  );
  const twin = first.twin ? `Twin: ${first.twin.what}.\n\n` : '';
  const head = `## ${first.number}\n\n${first.fault.what}.\n\n${twin}`;
  return `${head}| supervisor | bound | took | | twin |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
}
