import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commitText, machineText, versionTexts } from './machine.ts';
import { printRows } from './print-rows.ts';
import type { Proof, ProofReport } from './proof.ts';
import { recordReport } from './record-report.ts';

interface Kind {
  /** `bench` reports and exits 0; torture and chaos exit 1 on any miss. */
  name: 'bench' | 'torture' | 'chaos';
  proofs: readonly Proof[];
  /** What `all` means where it is more than one after the other; always put on record. */
  whole?: Proof;
  /** What is run when nothing is named. */
  usual?: string;
  defaultSeconds: number;
}

const usage = (kind: Kind): string =>
  [
    `usage: pnpm ${kind.name} <name|all> [--json FILE] [--seed N] [--seconds S] [--sabotage NAME|list] [--record] [--real-time]`,
    ...[...kind.proofs, ...(kind.whole ? [kind.whole] : [])].map((proof) => `  ${proof.name.padEnd(12)} ${proof.what}`),
  ].join('\n');

/** The command line of every proof: one form, one JSON. Returns the exit code. */
export async function runProof(kind: Kind, argv: string[]): Promise<0 | 1 | 2> {
  const args = readArgs(argv);
  if (typeof args === 'string') return wrongUse(args, kind);
  if (args.values.help) {
    console.log(usage(kind));
    return 0;
  }
  const wanted = args.positionals[0] ?? kind.usual;
  const proofs = proofsOf(kind, wanted);
  if (proofs.length === 0) return wrongUse(wanted ? `there is no ${kind.name} "${wanted}"` : 'name what to run', kind);
  const sabotage = args.values.sabotage ?? null;
  const names = [...new Set(proofs.flatMap((proof) => proof.sabotages))];
  if (sabotage === 'list') {
    console.log(names.join('\n'));
    return 0;
  }
  if (sabotage !== null && !names.includes(sabotage)) return wrongUse(`there is no sabotage "${sabotage}"`, kind);
  const realTime = args.values['real-time'] === true;
  if (realTime && !proofs.every((proof) => proof.realTime)) return wrongUse(`"${wanted}" has no real-time run`, kind);
  const seed = numberOr(args.values.seed, Math.floor(Math.random() * 1e9));
  const seconds = numberOr(args.values.seconds, kind.defaultSeconds);
  if (seed === null || seconds === null) return wrongUse('--seed and --seconds take a number', kind);
  const reports: ProofReport[] = [];
  for (const proof of proofs) reports.push(await runOne(kind, proof, { seed, seconds, sabotage, realTime }));
  if (args.values.json)
    writeFileSync(args.values.json, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 1)}\n`);
  const isWhole = proofs[0] === kind.whole && sabotage === null;
  if (args.values.record || isWhole) for (const report of reports) recordReport(report);
  const missed = reports.some((report) => report.rows.some((row) => row.met === false));
  return kind.name !== 'bench' && missed ? 1 : 0;
}

function proofsOf({ proofs, whole }: Kind, wanted: string | undefined): readonly Proof[] {
  if (wanted === 'all') return whole ? [whole] : proofs;
  return proofs.filter((proof) => proof.name === wanted);
}

async function runOne(
  kind: Kind,
  proof: Proof,
  run: { seed: number; seconds: number; sabotage: string | null; realTime: boolean },
): Promise<ProofReport> {
  const say = (text: string) => console.error(`[${kind.name} ${proof.name}] ${text}`);
  if (kind.name !== 'bench')
    say(`seed ${run.seed}${run.sabotage ? `, sabotage ${run.sabotage}` : ''}: replay with --seed ${run.seed}`);
  const at = new Date().toISOString();
  const { rows, timeline } =
    run.realTime && proof.realTime
      ? await proof.realTime({ ...run, say })
      : { rows: await proof.run({ ...run, say }), timeline: undefined };
  printRows(rows);
  return {
    name: proof.name,
    kind: run.realTime ? 'realtime' : kind.name,
    machine: machineText(),
    at,
    commit: commitText(),
    versions: versionTexts(),
    seed: kind.name === 'bench' ? null : run.seed,
    sabotage: run.sabotage,
    rows,
    ...(timeline && { timeline }),
  };
}

function readArgs(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        seed: { type: 'string' },
        seconds: { type: 'string' },
        sabotage: { type: 'string' },
        record: { type: 'boolean' },
        'real-time': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function wrongUse(problem: string, kind: Kind): 2 {
  console.error(`${problem}\n${usage(kind)}`);
  return 2;
}

function numberOr(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
