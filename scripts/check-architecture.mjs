// The architecture test: what review would have to see each time. Prints every finding and ends with 1, or says what it saw.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readSource } from './architecture/read-source.mjs';
import {
  checkDirection,
  checkPurity,
  checkSize,
  checkSyntax,
  findCycles,
  findUnexplained,
} from './architecture/rules.mjs';
import { manifestFiles } from './bootstrap/install-dependencies.mjs';
import { projectRoot } from './bootstrap/project.mjs';

const sourceFolders = ['packages', 'apps', 'examples', 'e2e', 'bench', 'scripts', 'infra'];
const ignored = new Set(['node_modules', 'dist', '.turbo']);

function sourceFiles(folder) {
  const whole = path.join(projectRoot, folder);
  if (!existsSync(whole)) return [];
  return readdirSync(whole, { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : sourceFiles(name);
    return /\.(ts|tsx|mjs|cjs)$/.test(entry.name) ? [name] : [];
  });
}

const sources = sourceFolders
  .flatMap(sourceFiles)
  .map((file) => readSource(file, readFileSync(path.join(projectRoot, file), 'utf8')));
const manifests = manifestFiles().map((file) => ({
  file: path.relative(projectRoot, file),
  dependencies: Object.keys(JSON.parse(readFileSync(file, 'utf8')).dependencies ?? {}),
}));
const explanationFile = path.join(projectRoot, 'docs', 'dependencies.md');
const explanation = existsSync(explanationFile) ? readFileSync(explanationFile, 'utf8') : '';

const findings = [
  ...sources.flatMap((source) =>
    [checkSyntax, checkDirection, checkPurity, checkSize].flatMap((check) => check(source)),
  ),
  ...findCycles(sources),
  ...findUnexplained(manifests, explanation),
];
for (const finding of findings) console.error(finding);
console.error(`architecture: ${sources.length} files, ${findings.length} finding(s)`);
process.exitCode = findings.length === 0 ? 0 : 1;
