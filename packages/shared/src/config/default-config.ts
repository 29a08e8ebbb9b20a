import type { KitEnv } from './kit-env.ts';

/** The configuration without a file: made from the environment, so that a backup of DB_PATH needs no yoban.yml. */
export function defaultConfigText(env: Pick<KitEnv, 'appPort'>): string {
  return `version: 1
timezone: Asia/Tokyo
locale: ja
primary: ailife
databases:
  - {name: game, path: "\${DB_PATH}", service: ailife}
targets:
  - {name: local, kind: folder, path: "\${BACKUP_DIR}"}
services:
  ailife:
    supervisor: {kind: pm2, name: ailife, home: "\${YOBAN_HOME}/pm2"}
    health: {url: "http://127.0.0.1:${env.appPort}/healthz"}
    report: {token: {env: YOBAN_APP_TOKEN}}
alerts:
  channels:
    slack: {kind: slack, url: {env: SLACK_WEBHOOK_URL}}
    mail: {kind: sendgrid, key: {env: SENDGRID_API_KEY}, from: {env: EMAIL_FROM}, to: {env: EMAIL_TO}, fallback: smtp}
    smtp: {kind: smtp, url: {env: SMTP_URL}, from: {env: EMAIL_FROM}, to: {env: EMAIL_TO}}
  routes: {critical: [slack, mail], warning: [slack], info: [slack]}
`;
}
