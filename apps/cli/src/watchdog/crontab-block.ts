import { mark } from './fill-unit.ts';

const begin = `# yoban begin (${mark} --cron)`;
const end = '# yoban end';

export interface CronSettings {
  root: string;
  node: string;
  home: string;
  /** The variables we wrote, and the person's own. */
  serviceEnv: string;
  envFile: string;
  /** Below the clone. */
  guardian: string;
}

/** Lines for a machine without systemd: the kit at boot, the guardian each minute. Every path is plain (isPlainPath). */
export function crontabBlock({ root, node, home, serviceEnv, envFile, guardian }: CronSettings): string {
  const variables = `set -a; . ${serviceEnv}; [ ! -f ${envFile} ] || . ${envFile}; set +a`;
  return [
    begin,
    `@reboot ${variables}; cd ${root} && npm start >> ${home}/logs/start.log 2>&1`,
    `* * * * * ${variables}; ${node} ${root}/${guardian} >> ${home}/logs/guardian.log 2>&1`,
    end,
    '',
  ].join('\n');
}

/** A crontab with the block in the place of an older one of ours, else at its end. Other lines stay as they are. */
export function withBlock(crontab: string, block: string): string {
  const lines = crontab.split('\n');
  const from = lines.indexOf(begin);
  const to = lines.indexOf(end, from);
  if (from >= 0 && to > from) return [...lines.slice(0, from), block.trimEnd(), ...lines.slice(to + 1)].join('\n');
  const before = crontab === '' || crontab.endsWith('\n') ? crontab : `${crontab}\n`;
  return `${before}${block}`;
}
