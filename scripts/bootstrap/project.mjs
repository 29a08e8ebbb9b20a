import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone, links resolved. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What is fetched for this clone alone: Node and pnpm. */
export const toolsFolder = path.join(projectRoot, '.tools');

/** Says that the set-up is done, for whom: lines root, node, folder of pnpm, hash. Dies with node_modules. */
export const readyFile = path.join(projectRoot, 'node_modules', '.yoban-ready');

/** Touched when a build begins; every source newer than it is not in `dist` yet. */
export const builtFile = path.join(projectRoot, 'node_modules', '.yoban-built');
