import path from 'node:path';

const fileMaxLines = 300;
const functionMaxLines = 60;
// Markup is one tree: cutting it at line 60 makes components that mean nothing by themselves. Logic in it stays short,
// since hooks and handlers are functions of their own and bound by the rule above.
const jsxFunctionMaxLines = 120;

/**
 * Who may import whom. Apps meet on the bus or over HTTP; the agent goes into other people's programs and the parent of
 * `yoban run` into other people's images, so both stand alone.
 */
const layers = {
  'packages/shared': [],
  'packages/agent': [],
  'packages/run': [],
  'packages/sqlite-tools': ['@yoban/shared'],
  'packages/host-tools': ['@yoban/shared', '@yoban/sqlite-tools'],
  'apps/*': ['@yoban/shared', '@yoban/sqlite-tools', '@yoban/host-tools', '@yoban/run'],
  'examples/*': ['@yoban/agent'],
};
/** These drive everything from outside. */
const unbound = /^(e2e|bench|scripts)\//;

const impureModules = new Set(
  ['fs', 'fs/promises', 'net', 'http', 'https', 'child_process', 'worker_threads', 'dgram', 'timers/promises']
    .map((name) => `node:${name}`)
    .concat(['bullmq', 'ioredis', 'fastify', 'pino', 'better-sqlite3', 'nodemailer', 'pm2-axon']),
);

const isTest = (file) => /(\.test\.|\/test\/|\/testing\/)/.test(file);
const packageFolder = (file) => file.split('/').slice(0, 2).join('/');
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const layerOf = (folder) => layers[folder] ?? layers[`${folder.split('/')[0]}/*`];

const at = (source, line, rule, message) => `${source.file}:${line} ${rule}: ${message}`;

/** Dependencies point one way. */
export function checkDirection(source) {
  const folder = packageFolder(source.file);
  const allowed = unbound.test(source.file) ? undefined : layerOf(folder);
  return source.imports.flatMap(({ from, line }) => {
    if (from.startsWith('.')) {
      const target = path.posix.join(path.posix.dirname(source.file), from);
      const leaves = !unbound.test(source.file) && packageFolder(target) !== folder;
      return leaves ? [at(source, line, 'direction', `${from} reaches into another package by path`)] : [];
    }
    const name = packageOf(from);
    if (allowed === undefined || !name.startsWith('@yoban/') || allowed.includes(name)) return [];
    return [
      at(source, line, 'direction', `${folder} may not import ${name} (allowed: ${allowed.join(', ') || 'none'})`),
    ];
  });
}

/** core/ decides and does nothing: no input, no output, no clock, no chance. */
export function checkPurity(source) {
  if (!source.file.includes('/core/') || isTest(source.file)) return [];
  const imports = source.imports
    .filter(({ from }) => impureModules.has(from) || impureModules.has(`node:${from}`))
    .map(({ from, line }) => at(source, line, 'purity', `core may not import ${from}`));
  const calls = source.impurities.map(({ what, line }) =>
    at(source, line, 'purity', `core may not use ${what}; take it as an argument`),
  );
  return [...imports, ...calls];
}

/** Small files, small functions. The closures of a test file are lists of cases, not functions to be understood at once. */
export function checkSize(source) {
  const tooLong =
    source.lines > fileMaxLines ? [at(source, 1, 'size', `${source.lines} lines, at most ${fileMaxLines}`)] : [];
  if (isTest(source.file) || source.file.startsWith('e2e/')) return tooLong;
  const functions = source.functions
    .filter(({ length, hasJsx }) => length > (hasJsx ? jsxFunctionMaxLines : functionMaxLines))
    .map(({ name, line, length }) =>
      at(source, line, 'size', `${name} has ${length} lines, at most ${functionMaxLines}`),
    );
  return [...tooLong, ...functions];
}

/** A file that cannot be parsed is not checked, so it is a finding. */
export const checkSyntax = (source) => source.problems.map((message) => at(source, 1, 'syntax', message));

/** Import cycles among the files given, each told once as `a -> b -> a`. */
export function findCycles(sources) {
  const known = new Set(sources.map(({ file }) => file));
  const targets = new Map(
    sources.map(({ file, imports }) => [
      file,
      imports
        .filter(({ from }) => from.startsWith('.'))
        .map(({ from }) => path.posix.join(path.posix.dirname(file), from))
        .filter((target) => known.has(target)),
    ]),
  );
  const state = new Map();
  const cycles = [];
  const walk = (file, trail) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const target of targets.get(file) ?? []) walk(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const { file } of sources) walk(file, []);
  return cycles;
}

/** The packages a Markdown table explains: those of its first column, several by commas. */
const explainedIn = (table) =>
  new Set(
    [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell]) =>
      cell
        .replaceAll('`', '')
        .split(',')
        .map((name) => name.trim()),
    ),
  );

/** Production dependencies without a line of reason. `manifests` = `[{file, dependencies}]`. */
export function findUnexplained(manifests, explanation) {
  const explained = explainedIn(explanation);
  return manifests.flatMap(({ file, dependencies }) =>
    dependencies
      .filter((name) => !name.startsWith('@yoban/') && !explained.has(name))
      .map((name) => `${file} dependencies: ${name} has no line in docs/dependencies.md`),
  );
}
