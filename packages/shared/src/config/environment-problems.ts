import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { parseRedisUrl } from '../bus/connection.ts';
import { OpsError } from '../errors.ts';
import { readSecret } from './secrets.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const keyMinLength = 16;
const secretFile =
  /^(YOBAN_APP|SLACK|SMTP|EMAIL|SENDGRID|LINE|DISCORD|TELEGRAM|NTFY|PAGERDUTY|WEBHOOK|ADMIN_API|OBS|PICOCLAW|SUPABASE)_[A-Z0-9_]+_FILE$/;
const hostName = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$/;

/** What the shape of the variables cannot tell: names of hosts, addresses, files that must be readable, keys too short to keep. */
export function environmentProblems(env: Variables, cwd: string): string[] {
  const files = Object.entries(env).flatMap(([name, file]) =>
    // The variable itself wins over its file, which is then never read.
    file && secretFile.test(name) && !env[name.slice(0, -'_FILE'.length)] ? fileProblem(name, file) : [],
  );
  return [
    ...hostProblem(env.HOST),
    ...redisProblem(env.REDIS_URL),
    ...homeProblem(path.resolve(cwd, env.YOBAN_HOME ?? '.yoban')),
    ...files,
    ...keyProblem(env),
  ];
}

function hostProblem(host: string | undefined): string[] {
  if (!host || isIP(host) !== 0) return [];
  // Numbers and dots alone are an address gone wrong, never a name.
  const isName = hostName.test(host) && !/^[\d.]+$/.test(host);
  return isName ? [] : [`HOST: "${host}" is not a host name or an address such as 127.0.0.1`];
}

function redisProblem(url: string | undefined): string[] {
  if (!url) return [];
  try {
    parseRedisUrl(url);
    return [];
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    // The value may hold a password, so it is not repeated.
    return ['REDIS_URL: is not redis://host:6379, rediss://host:6379 or unix:///path/to/redis.sock'];
  }
}

const homeProblem = (home: string): string[] =>
  statSync(home, { throwIfNoEntry: false })?.isDirectory() === false ? [`YOBAN_HOME: ${home} is not a folder`] : [];

function fileProblem(name: string, file: string): string[] {
  try {
    readFileSync(file);
    return [];
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return [`${name}: ${file} cannot be read (${why})`];
  }
}

function keyProblem(env: Variables): string[] {
  let key: string | null;
  try {
    key = readSecret({ env: 'ADMIN_API_KEY' }, env);
  } catch (error) {
    if (error instanceof OpsError) return []; // its file is told above
    throw error;
  }
  return key !== null && key.length < keyMinLength ? [`ADMIN_API_KEY: has fewer than ${keyMinLength} characters`] : [];
}
