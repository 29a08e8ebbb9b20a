import type { ConfigDocument, ConfigPath, TextProblem } from './config-document.ts';
import { mergeSections } from './merge-sections.ts';

/** Several texts as one: what they say together, and in which of them each value stands. */
export interface LaidDocuments {
  raw: unknown;
  /** Adds the problem at the text whose value counts. */
  note(path: ConfigPath, message: string): void;
  /** All of them, the strongest text first, each in the order of its lines. */
  problems(): string[];
}

/** Lays `main` upon the presets, each of which lies upon those before it. */
export function layDocuments(main: ConfigDocument, presets: readonly ConfigDocument[]): LaidDocuments {
  const strongestFirst = [main, ...[...presets].reverse()];
  const raw = presets.length === 0 ? main.raw : [...presets.map(partOf), main.raw].reduce(mergeSections);
  const noted: (TextProblem & { document: number })[] = [];
  const add = (document: number, problem: TextProblem) => void noted.push({ document, ...problem });
  strongestFirst.forEach((document, index) => {
    for (const problem of document.broken) add(index, problem);
    for (const { path, message } of document.unfilled) {
      // A value of a preset that yoban.yml replaces asks for nothing any more.
      if (document === main || valueAt(raw, path) === valueAt(document.raw, path))
        add(index, document.problemAt(path, message));
    }
  });
  return {
    raw,
    note: (path, message) => {
      const depths = strongestFirst.map((document) => document.depthOf(path));
      const index = depths.indexOf(Math.max(...depths));
      const document = strongestFirst[index];
      if (document) add(index, document.problemAt(path, message));
    },
    problems: () =>
      noted
        .sort((one, other) => one.document - other.document || one.offset - other.offset)
        .map((problem) => problem.text),
  };
}

/** What a preset gives to the whole: not its own version, nor where its settings lie. */
function partOf({ raw }: ConfigDocument): unknown {
  const { version: _, settings: __, ...part } = Object(raw) as Record<string, unknown>;
  return part;
}

function valueAt(value: unknown, [key, ...rest]: ConfigPath): unknown {
  if (key === undefined) return value;
  return typeof value === 'object' && value !== null ? valueAt(Reflect.get(value, key), rest) : undefined;
}
