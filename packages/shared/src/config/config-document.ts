import { isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { fillVariables, type Lookup } from './fill-variables.ts';

export type ConfigPath = readonly PropertyKey[];

/** Something wrong at a place of a text. */
export interface TextProblem {
  offset: number;
  /** `file:line:column path: message`. */
  text: string;
}

/** One YAML text, its variables filled in, that knows where each of its values stands. */
export interface ConfigDocument {
  file: string;
  /** What it says; an empty mapping where it is empty. */
  raw: unknown;
  isEmpty: boolean;
  /** What is no YAML. */
  broken: TextProblem[];
  /** Variables that could not be filled in, each with the path of its value: one that is overwritten elsewhere is no problem. */
  unfilled: { path: ConfigPath; message: string }[];
  /** How many keys of the path are written in this text. */
  depthOf(path: ConfigPath): number;
  /** The problem with the place of the path, or of the nearest thing above it that is written here. */
  problemAt(path: ConfigPath, message: string): TextProblem;
}

type Parsed = ReturnType<typeof parseDocument>;

/** Reads a text. Problems are told by its places, never thrown. */
export function readConfigDocument(text: string, file: string, lookup: Lookup): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const unfilled = fillScalars(document, lookup);
  const problem = (offset: number | undefined, where: string, message: string): TextProblem => {
    const at = offset === undefined ? null : lines.linePos(offset);
    const place = `${file}${at ? `:${at.line}:${at.col}` : ''}`;
    return { offset: offset ?? 0, text: `${place} ${where}${where ? ': ' : ''}${message}` };
  };
  return {
    file,
    raw: document.toJS() ?? {},
    isEmpty: document.contents === null && document.errors.length === 0,
    broken: document.errors.map((error) => problem(error.pos[0], '', error.message)),
    unfilled,
    depthOf: (path) => nearest(document, path).depth,
    problemAt: (path, message) => problem(nearest(document, path).offset, path.join('.'), message),
  };
}

function fillScalars(document: Parsed, lookup: Lookup): ConfigDocument['unfilled'] {
  const unfilled: ConfigDocument['unfilled'] = [];
  visit(document, {
    Scalar: (key, node, above) => {
      if (typeof node.value !== 'string') return;
      const { value, problems } = fillVariables(node.value, lookup);
      node.value = value;
      for (const message of problems) unfilled.push({ path: pathOf(key, above), message });
    },
  });
  return unfilled;
}

/** The path of a node from what stands above it; a key's own place counts as that of its value. */
function pathOf(key: number | 'key' | 'value' | null, above: readonly unknown[]): ConfigPath {
  const inList = typeof key === 'number' ? [key] : [];
  const keys = above.flatMap((node, depth): PropertyKey[] => {
    if (isPair(node)) return [String(isScalar(node.key) ? node.key.value : node.key)];
    const next = above[depth + 1];
    return isSeq(node) && next !== undefined ? [node.items.indexOf(next)] : [];
  });
  return [...keys, ...inList];
}

/** Where the value at `path` begins, or the nearest thing above it that is written in the text. */
function nearest(document: Parsed, path: ConfigPath): { depth: number; offset: number | undefined } {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && (isScalar(node) || node.range)) return { depth, offset: node.range?.[0] };
  }
  return { depth: 0, offset: undefined };
}
