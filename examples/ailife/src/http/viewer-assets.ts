import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AGENT_MODULES = ['reconnecting-socket', 'reconnect-delay', 'reconnect-overlay'];

/**
 * The page's scripts as the browser loads them: `/viewer/viewer-client` and the agent's browser modules under `/agent/`. Run from
 * sources (development), the types are stripped on the way out; built, the files go out as they are. Undefined: no such script.
 */
export async function readViewerAsset(path: string): Promise<string | undefined> {
  const file = fileOf(path.replace(/\.(js|ts)$/, ''));
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8');
  const code = extname(file) === '.ts' ? stripTypeScriptTypes(text) : text;
  return code.replaceAll("'@yoban/agent/", "'/agent/");
}

function fileOf(path: string): string | undefined {
  const own = import.meta.url;
  if (path === '/viewer/viewer-client')
    return fileURLToPath(new URL(`../viewer/viewer-client${extname(fileURLToPath(own))}`, own));
  const name = AGENT_MODULES.find((module) => path === `/agent/${module}`);
  if (name === undefined) return undefined;
  const agent = fileURLToPath(import.meta.resolve('@yoban/agent'));
  return join(dirname(agent), `${name}${extname(agent)}`);
}
