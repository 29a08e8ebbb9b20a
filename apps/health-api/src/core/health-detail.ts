import type { CheckOf } from '@yoban/shared/contracts/check';

interface Source {
  databases: readonly { name: string; service: string | null; path: string }[];
  databaseChecks: ReadonlyMap<string, CheckOf<'database'>>;
  services: ReadonlyMap<
    string,
    {
      process: CheckOf<'process'> | null;
      liveness: CheckOf<'liveness'> | null;
      probes: ReadonlyMap<string, CheckOf<'probe'>>;
    }
  >;
}

/** Additive detail that reveals paths, process ids and error texts, and so is told only with the key (H1). */
export function healthDetail(source: Source) {
  return {
    databases: source.databases.map(({ name, path }) => ({
      name,
      path,
      error: source.databaseChecks.get(name)?.error ?? null,
    })),
    services: [...source.services].map(([name, { process, liveness, probes }]) => ({
      name,
      pid: process?.pid ?? null,
      supervisor: process?.supervisor ?? null,
      http_status: liveness?.httpStatus ?? null,
      latency_ms: liveness?.latencyMs ?? null,
      error: liveness?.error ?? null,
      probes: [...probes.values()].map((one) => ({ name: one.name, detail: one.detail })),
    })),
  };
}
