import type { ProbeConfig } from '@yoban/shared/policy/probe-config';
import { createCommandProbe } from './command.ts';
import { createFileProbe } from './file.ts';
import { createForecastProbe } from './forecast.ts';
import { createHeartbeatProbe } from './heartbeat.ts';
import { createHttpPolicyProbe } from './http.ts';
import { createLogProbe } from './log.ts';
import { createModelProbe } from './model.ts';
import { createObsProbe } from './obs.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { createPostgresProbe } from './postgres.ts';
import { createProcessMatchProbe } from './process.ts';
import { createResourceProbe } from './resource.ts';
import { createSqliteProbe } from './sqlite.ts';
import { createSupervisorProbe } from './supervisor.ts';
import { createSupervisorDaemonProbe } from './supervisor-daemon.ts';
import { createTcpProbe } from './tcp.ts';
import { createTiktokProbe } from './tiktok.ts';
import { createTlsProbe } from './tls.ts';
import { createTunnelProbe } from './tunnel.ts';
import { createWebSocketProbe } from './websocket.ts';
import { createYoutubeProbe } from './youtube.ts';

/** The probe of a service's policy as it is declared. Nothing is looked at, opened or started before its first look. */
export function createPolicyProbe(config: ProbeConfig, around: ProbeAround): PolicyProbe {
  switch (config.type) {
    case 'http':
      return createHttpPolicyProbe(config, around);
    case 'tcp':
    case 'network':
      return createTcpProbe(config, around);
    case 'tls':
      return createTlsProbe(config, around);
    case 'websocket':
      return createWebSocketProbe(config, around);
    case 'process':
      return createProcessMatchProbe(config, around);
    case 'resource':
      return createResourceProbe(config, around);
    case 'log':
      return createLogProbe(config, around);
    case 'forecast':
      return createForecastProbe(config, around);
    case 'file':
      return createFileProbe(config, around);
    case 'sqlite':
      return createSqliteProbe(config, around);
    case 'command':
      return createCommandProbe(config, around);
    case 'supervisor':
      return createSupervisorProbe(config, around);
    case 'supervisor_daemon':
      return createSupervisorDaemonProbe(config, around);
    case 'model':
      return createModelProbe(config, around);
    case 'youtube':
      return createYoutubeProbe(config, around);
    case 'tiktok':
      return createTiktokProbe(config, around);
    case 'obs':
      return createObsProbe(config, around);
    case 'heartbeat':
      return createHeartbeatProbe(config, around);
    case 'postgres':
      return createPostgresProbe(config, around);
    case 'tunnel':
      return createTunnelProbe(config, around);
    default:
      return config satisfies never;
  }
}
