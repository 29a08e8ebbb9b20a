import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Where the kit lies and whom to tell, from the environment, and from what a kit that was started here has left in run/kit.json.
 * @throws an Error whose message says what is wrong
 */
export function readSettings(variables, root) {
  const home = path.resolve(root, variables.YOBAN_HOME || '.yoban');
  const left = readKitFile(path.join(home, 'run', 'kit.json'));
  const env = { ...left.env, ...withoutEmpty(variables) };
  const secret = (name) => env[name] || (env[`${name}_FILE`] ? readFileSync(env[`${name}_FILE`], 'utf8').trim() : null);
  const host = ['0.0.0.0', '::', ''].includes(env.HOST ?? '') ? '127.0.0.1' : env.HOST;
  const smtp = secret('SMTP_URL');
  const to = (env.EMAIL_TO ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  return {
    home,
    apiUrl: `http://${host.includes(':') ? `[${host}]` : host}:${env.PORT || left.port || 3000}`,
    redisUrl: secret('REDIS_URL') ?? left.redisUrl,
    slackUrl: secret('SLACK_WEBHOOK_URL'),
    pingUrl: secret('GUARDIAN_PING_URL'),
    mail: smtp !== null && to.length > 0 ? { url: smtp, from: env.EMAIL_FROM || to[0], to } : null,
    lang: (env.GUARDIAN_LANG || env.LC_ALL || env.LANG || '').startsWith('ja') ? 'ja' : 'en',
    zone: env.TZ_DISPLAY || null,
  };
}

const withoutEmpty = (variables) => Object.fromEntries(Object.entries(variables).filter(([, value]) => value));

function readKitFile(file) {
  try {
    const { env, port, redisUrl } = JSON.parse(readFileSync(file, 'utf8'));
    return { env: env ?? {}, port: port ?? null, redisUrl: redisUrl ?? null };
  } catch (error) {
    // None was started here, or it was stopped: the environment says all there is.
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { env: {}, port: null, redisUrl: null };
    throw new Error(`${file}: ${error.message}`, { cause: error });
  }
}
