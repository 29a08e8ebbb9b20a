import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type KitConfig, readKitConfig } from '@yoban/shared/config/kit-config';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { z } from 'zod';

/** What the launcher leaves for us in `run/kit.json`; its other fields are its own business. */
const KitFile = z.object({
  pid: z.int(),
  url: z.string(),
  pm2Home: z.string(),
  env: z.record(z.string(), z.string()),
});
export type KitFile = z.infer<typeof KitFile>;

const KitFileText = jsonText(KitFile);

type Variables = Readonly<Record<string, string | undefined>>;

export interface FoundKit {
  kit: KitConfig;
  /** The environment the kit works with: its own, and over it what the caller sets. */
  env: Variables;
  /** The launcher's note, or null where no kit was started in this home. It may be left over from a killed one. */
  file: KitFile | null;
}

/**
 * Finds the kit of `YOBAN_HOME`: through `run/kit.json` of a running one, else by environment and configuration alone.
 * Relative paths count from the clone (`YOBAN_ROOT`, set by bin/yoban), as the launcher counts them.
 * @throws OpsError CONFIG_INVALID
 */
export function findKit(variables: Variables, cwd: string): FoundKit {
  const { root, env, file } = kitSources(variables, cwd);
  return { kit: readKitConfig(env, root), env, file };
}

/**
 * What a kit is read from: the folder relative paths count from, and the variables with the launcher's note.
 * @throws OpsError CONFIG_INVALID when that note cannot be read
 */
export function kitSources(variables: Variables, cwd: string): { root: string; env: Variables; file: KitFile | null } {
  const given = withoutEmpty(variables);
  const root = given.YOBAN_ROOT ?? cwd;
  const home = path.resolve(root, given.YOBAN_HOME ?? '.yoban');
  const file = readKitFile(path.join(home, 'run', 'kit.json'));
  return { root, env: { ...file?.env, ...given }, file };
}

const withoutEmpty = (variables: Variables): Partial<Record<string, string>> =>
  Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value ? [[name, value]] : [])));

function readKitFile(name: string): KitFile | null {
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw new OpsError('CONFIG_INVALID', `cannot read ${name}`, {
      cause: error,
      hint: 'Run yoban as the user who started the kit, or set YOBAN_HOME to its folder.',
    });
  }
  const parsed = KitFileText.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new OpsError('CONFIG_INVALID', `${name} is not a note of a running kit`, {
    cause: parsed.error,
    hint: 'Start the kit again with npm start, or remove the file.',
  });
}
