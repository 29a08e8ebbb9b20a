import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProofReport } from '../harness/proof.ts';
import { allCases } from './all-cases.ts';
import { type DeclaredPair, resiliencePage } from './resilience-page.ts';
import { pruned, type ResilienceRecord, withReport } from './resilience-record.ts';
import { halfId } from './run-cases.ts';

const declaredPairs = (): DeclaredPair[] =>
  allCases.flatMap((which) =>
    which.on.map((on) => ({
      ...{ number: which.n, on },
      fault: { id: halfId(which, 'fault', on), what: which.fault.what },
      twin: { id: halfId(which, 'twin', on), what: which.twin.what },
    })),
  );

const storeOf = (docs: string): string => path.join(docs, 'resilience', 'rows.json');

function kept(docs: string): ResilienceRecord {
  const file = storeOf(docs);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ResilienceRecord) : { runs: [], rows: [] };
}

/** Keeps the rows of a run of the chaos in `docs/resilience/rows.json` and writes docs/resilience.md anew. Throws for a run with a sabotage. */
export function recordResilience(docs: string, report: ProofReport): void {
  if (report.sabotage !== null) throw new Error(`not put on record: ${report.sabotage} was broken on purpose`);
  const halves = declaredPairs().flatMap(({ fault, twin }) => [fault, twin]);
  write(docs, withReport(kept(docs), report, halves));
}

/** Writes docs/resilience.md anew from what is kept. */
export function rebuildResilience(docs: string): void {
  const halves = declaredPairs().flatMap(({ fault, twin }) => [fault, twin]);
  write(docs, pruned(kept(docs), halves));
}

function write(docs: string, record: ResilienceRecord): void {
  mkdirSync(path.dirname(storeOf(docs)), { recursive: true });
  writeFileSync(storeOf(docs), `${JSON.stringify(record, null, 1)}\n`);
  writeFileSync(path.join(docs, 'resilience.md'), resiliencePage(record, declaredPairs()));
}
