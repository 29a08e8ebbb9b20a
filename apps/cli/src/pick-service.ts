import { supervisorOf } from '@yoban/host-tools/supervisors/registry';
import type { Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import type { KitConfig, ServiceConfig } from '@yoban/shared/config/kit-config';
import { OpsError } from '@yoban/shared/errors';
import type { Words } from './words/words.ts';

export interface PickedService {
  name: string;
  config: ServiceConfig;
  supervisor: Supervisor;
}

/** Every service of the configuration, or the one named. @throws OpsError SERVICE_UNKNOWN */
export function pickServices(kit: KitConfig, name: string | undefined, words: Words): PickedService[] {
  const all = Object.entries(kit.config.services);
  const names = all.map(([known]) => known).join(', ');
  if (all.length === 0) throw new OpsError('SERVICE_UNKNOWN', words.service.none);
  const wanted = name === undefined ? all : all.filter(([known]) => known === name);
  if (wanted.length === 0) throw new OpsError('SERVICE_UNKNOWN', words.service.unknown(name ?? '', names));
  return wanted.map(([known, config]) => ({ name: known, config, supervisor: supervisorOf(known, config.supervisor) }));
}

/** The one named, else the primary. @throws OpsError SERVICE_UNKNOWN */
export function pickService(kit: KitConfig, name: string | undefined, words: Words): PickedService {
  const [service] = pickServices(kit, name ?? kit.primary, words);
  if (service) return service;
  throw new OpsError('SERVICE_UNKNOWN', words.service.none);
}
