import type { SecretRef } from '../config/fields.ts';
import { readSecret, secretName } from '../config/secrets.ts';
import type { ActionConfig } from './action-config.ts';
import type { ProbeConfig } from './probe-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

interface PoliciesInConfig {
  services: Readonly<
    Record<
      string,
      {
        probes: Readonly<Record<string, ProbeConfig>>;
        actions: Readonly<Record<string, ActionConfig>>;
      }
    >
  >;
}

export interface UnsetSecret {
  /** `service.probe` or `service.action`. */
  name: string;
  /** The variable, or the file. */
  missing: string;
}

/**
 * Secrets that probes and actions name and that are not set: they cannot look or act without it, or only where none is asked for.
 * @throws OpsError CONFIG_INVALID when a secret's file cannot be read
 */
export function unsetPolicySecrets({ services }: PoliciesInConfig, env: Variables): UnsetSecret[] {
  return Object.entries(services).flatMap(([service, { probes, actions }]) =>
    Object.entries({ ...actions, ...probes }).flatMap(([name, declared]) =>
      secretsOf(declared)
        .filter((ref) => !readSecret(ref, env))
        .map((ref) => ({ name: `${service}.${name}`, missing: secretName(ref) })),
    ),
  );
}

function secretsOf(declared: ProbeConfig | ActionConfig): SecretRef[] {
  if ('kind' in declared) return declared.kind === 'obs_refresh' && declared.password ? [declared.password] : [];
  switch (declared.type) {
    case 'heartbeat':
      return [declared.token];
    case 'postgres':
      return [declared.url];
    case 'http':
    case 'model':
      return declared.bearer ? [declared.bearer] : [];
    case 'obs':
      return declared.password ? [declared.password] : [];
    default:
      return [];
  }
}
