const names: Record<string, string> = { command: 'yoban run', compose: 'Docker', 'systemd-user': 'systemd' };

/** How people read a supervisor kind of yoban.yml: by the name of the program that does the work. */
export const supervisorName = (kind: string): string => names[kind] ?? kind;
