import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify } from '../process/process-identity.mjs';

const wanted =
  /^(YOBAN_|SLACK_|SMTP_|EMAIL_|SENDGRID_|LINE_|DISCORD_|TELEGRAM_|NTFY_|PAGERDUTY_|WEBHOOK_|ADMIN_API_KEY|OBS_)/;
/** Names that the presets of infra/presets read (docs/presets.md). */
const ofPresets =
  /^(PICOCLAW_|VOICE_BOT_|CRYPTO_|WESTEP_|MONITORING_|ALERT_CHANNEL|DATABASE_URL|PGBOUNCER_URL|NEXT_PUBLIC_SUPABASE_URL|SUPABASE_)/;
const others = [
  'PORT',
  'APP_PORT',
  'HOST',
  'DB_PATH',
  'BACKUP_DIR',
  'HEALTH_URL',
  'TZ_DISPLAY',
  'LOG_LEVEL',
  'REDIS_URL',
];

/** What of an environment belongs to the kit: the names in the README, and those a channel reads its secret from. */
export function kitVariables(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => [wanted, ofPresets].some((one) => one.test(name)) || others.includes(name)),
  );
}

/** Writes run/kit.json (0600: it may hold secrets given by environment): how bin/yoban and turbo dev find the running kit. */
export function writeKitFile(installation, { kit, env, mode }) {
  const record = {
    ...identify(),
    mode,
    url: kit.url,
    host: kit.host,
    port: kit.port,
    appPort: kit.appPort,
    redisUrl: env.REDIS_URL,
    pm2Home: installation.pm2Home,
    home: installation.home,
    configPath: env.YOBAN_CONFIG,
    env: kitVariables(env),
  };
  const draft = `${installation.kitFile}.tmp`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, installation.kitFile);
  return () => rmSync(installation.kitFile, { force: true });
}
