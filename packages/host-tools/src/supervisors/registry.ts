import path from 'node:path';
import type { SupervisorConfig } from '@yoban/shared/config/yoban-config';
import { type CommandTimes, createCommand, usualTimes } from './command.ts';
import { createCompose } from './compose.ts';
import { createNoSupervisor } from './none.ts';
import { createPm2 } from './pm2.ts';
import type { Supervisor } from './supervisor.ts';
import { createSystemd } from './systemd.ts';

/** The supervisor of a service as its configuration names it, with its usual times or others. Nothing is started or asked here. */
export function supervisorOf(service: string, config: SupervisorConfig, times: Partial<CommandTimes> = {}): Supervisor {
  switch (config.kind) {
    case 'pm2':
      return createPm2({
        name: config.name,
        home: config.home ?? null,
        ecosystem: config.ecosystem ? path.resolve(config.ecosystem) : null,
      });
    case 'systemd':
    case 'systemd-user':
      return createSystemd({ unit: config.unit, user: config.kind === 'systemd-user' });
    case 'command':
      return createCommand(config.socket, { ...usualTimes, ...times });
    case 'compose':
      return createCompose({
        service: config.service,
        project: config.project ?? null,
        host: config.host ?? null,
        file: config.file ? path.resolve(config.file) : null,
      });
    case 'none':
      return createNoSupervisor(service);
    default:
      return config satisfies never;
  }
}
