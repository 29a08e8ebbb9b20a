import type { SupervisorConfig } from '@yoban/shared/config/yoban-config';

interface Supervised {
  supervisor: SupervisorConfig;
}

/** The declared services in the hands of the same supervisor as this one, itself first: what `target: all` means. */
export function peersOf(service: string, services: Readonly<Record<string, Supervised>>): string[] {
  const own = services[service];
  if (!own) return [service];
  const same = placeOf(own.supervisor);
  const others = Object.entries(services).filter(
    ([name, { supervisor }]) => name !== service && placeOf(supervisor) === same,
  );
  return [service, ...others.map(([name]) => name)];
}

/** Which pm2, engine or systemd it is; every `yoban run` is one of its own, and together they are all there are. */
function placeOf(supervisor: SupervisorConfig): string {
  switch (supervisor.kind) {
    case 'pm2':
      return `pm2 ${supervisor.home ?? ''}`;
    case 'compose':
      return `compose ${supervisor.host ?? ''} ${supervisor.project ?? ''}`;
    case 'systemd':
    case 'systemd-user':
    case 'command':
    case 'none':
      return supervisor.kind;
    default:
      return supervisor satisfies never;
  }
}
