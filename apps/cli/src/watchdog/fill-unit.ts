/** What the unit files of infra/systemd leave open. */
export interface UnitSettings {
  /** Under the machine's systemd, or under that of one user. */
  scope: 'system' | 'user';
  /** Whom the services run as; only a system unit names one. */
  user: string;
  node: string;
  root: string;
  home: string;
  envFile: string;
  guardian: string;
  /** An action of the configuration asks for `sudo -n`, which may not be where privileges can never rise. */
  withSudo: boolean;
  /** A Redis of our own; null where REDIS_URL names another. */
  redis: { program: string; socket: string } | null;
}

/** The first line of every file that we wrote, by which we know it again. */
export const mark = 'Written by: yoban watchdog install';

/**
 * A unit file with its open places filled. A line that begins with `#<word> ` stays where the word holds (`#system`, `#user`,
 * `#no-sudo`, `#own-redis`) and goes where it does not.
 */
export function fillUnit(template: string, settings: UnitSettings): string {
  const holds: Record<string, boolean> = {
    system: settings.scope === 'system',
    user: settings.scope === 'user',
    'no-sudo': !settings.withSudo,
    'own-redis': settings.redis !== null,
  };
  const values: Record<string, string> = {
    MARK: mark,
    ...{ USER: settings.user, NODE: settings.node, ROOT: settings.root, HOME: settings.home },
    ...{ ENV_FILE: settings.envFile, GUARDIAN: settings.guardian },
    ...{ REDIS: settings.redis?.program ?? '', REDIS_SOCKET: settings.redis?.socket ?? '' },
  };
  const lines = template.split('\n').flatMap((line) => {
    const [, word = '', rest = ''] = /^#([a-z-]+) (.*)$/.exec(line) ?? [];
    if (!(word in holds)) return [line];
    return holds[word] ? [rest] : [];
  });
  return lines.join('\n').replace(/@([A-Z_]+)@/g, (whole, name: string) => values[name] ?? whole);
}

/** systemd reads `%`, `$`, quotes and blanks of a path as its own signs. */
export const isPlainPath = (path: string): boolean => /^[A-Za-z0-9@._/:+,=-]+$/.test(path);
