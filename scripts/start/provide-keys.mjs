import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** The key in `file`, made on first use. Written beside and renamed: a half-written key would lock people out for good. */
function keepKey(file) {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = randomBytes(32).toString('hex');
  const draft = `${file}.tmp`;
  const handle = openSync(draft, 'w', 0o600);
  writeSync(handle, `${key}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(draft, file);
  return key;
}

/**
 * The keys a trial needs and nobody gave, as variables: the admin key by file only, so that it shows in no environment.
 * Production gets none: there the services name what is missing.
 */
export function provideKeys(mode, keysFolder, env) {
  if (mode === 'production') return {};
  const given = (name) => Boolean(env[name] || env[`${name}_FILE`]);
  const variables = {};
  if (!given('ADMIN_API_KEY')) {
    const file = path.join(keysFolder, 'admin_api_key');
    keepKey(file);
    variables.ADMIN_API_KEY_FILE = file;
  }
  if (!given('YOBAN_APP_TOKEN')) {
    // By value too: the guarded app knows its own variable, not our way of reading secrets from files.
    const file = path.join(keysFolder, 'app_token');
    variables.YOBAN_APP_TOKEN = keepKey(file);
    variables.YOBAN_APP_TOKEN_FILE = file;
  }
  return variables;
}
