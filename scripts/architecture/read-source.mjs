import { parseSync } from 'oxc-parser';

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function visit(node, see, parents = []) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const child of node) visit(child, see, parents);
    return;
  }
  if (typeof node.type === 'string') see(node, parents);
  const below = typeof node.type === 'string' ? [...parents, node] : parents;
  for (const value of Object.values(node)) visit(value, see, below);
}

const isMember = (node, object, property) =>
  node?.type === 'MemberExpression' && node.object.name === object && node.property.name === property;

/** What a pure file must not call, by name; undefined for everything else. */
function impurity(node) {
  if (node.type === 'CallExpression') {
    if (isMember(node.callee, 'Date', 'now')) return 'Date.now()';
    if (isMember(node.callee, 'Math', 'random')) return 'Math.random()';
    if (isMember(node.callee, 'performance', 'now')) return 'performance.now()';
  }
  const bare = node.type === 'NewExpression' && node.callee.name === 'Date' && node.arguments.length === 0;
  return bare ? 'new Date()' : undefined;
}

function lineCounter(text) {
  const ends = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  return (offset) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

function nameOf(node, parents) {
  const parent = parents.at(-1);
  return node.id?.name ?? parent?.id?.name ?? parent?.key?.name ?? 'anonymous function';
}

/**
 * What the rules need to know of one file: `{file, lines, imports: [{from, line}], functions: [{name, line, length, hasJsx}],
 * impurities: [{what, line}], problems}`.
 */
export function readSource(file, text) {
  const parsed = parseSync(file, text);
  const lineAt = lineCounter(text);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const requests = [...staticImports, ...staticExports.flatMap(({ entries }) => entries)]
    .map(({ moduleRequest }) => moduleRequest)
    .filter((request) => request != null)
    .map(({ value, start }) => ({ from: value, line: lineAt(start) }));
  const dynamic = dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    from: text.slice(start, end).replace(/^['"`]|['"`]$/g, ''),
    line: lineAt(start),
  }));
  const functions = [];
  const impurities = [];
  visit(parsed.program, (node, parents) => {
    if (functionTypes.has(node.type)) {
      const [line, last] = [lineAt(node.start), lineAt(node.end)];
      functions.push({ name: nameOf(node, parents), line, length: last - line + 1, hasJsx: false, node });
    }
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
      for (const entry of functions) if (parents.includes(entry.node)) entry.hasJsx = true;
    }
    const what = impurity(node);
    if (what !== undefined) impurities.push({ what, line: lineAt(node.start) });
  });
  return {
    file,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: [...requests, ...dynamic],
    functions: functions.map(({ node: _, ...rest }) => rest),
    impurities,
    problems: parsed.errors.map(({ message }) => message),
  };
}
