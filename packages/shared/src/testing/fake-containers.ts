export interface FakeContainerOptions {
  name: string;
  labels?: Record<string, string>;
  policy?: { name: string; tries?: number };
  memoryBytes?: number;
  /** It ends with 1 as soon as it is started. */
  broken?: boolean;
}

/** What an engine keeps of a container; a test may change it as it goes. */
export interface FakeContainer extends FakeContainerOptions {
  id: string;
  status: 'created' | 'running' | 'exited' | 'paused' | 'restarting';
  pid: number;
  restarts: number;
  exitCode: number;
  oomKilled: boolean;
  startedAt: string;
  cpuNs: number;
  usedBytes: number;
}

/** Stands in every answer where a real engine shows what is not for others. */
export const fakeEngineSecret = 's3cret-of-the-container';

export const never = '0001-01-01T00:00:00Z';

/** Times have nanoseconds; no two are equal. */
export const stamp = (order: number): string =>
  new Date().toISOString().replace('Z', `${String(order).padStart(6, '0')}Z`);

export const hasLabels = ({ labels = {} }: FakeContainer, wanted: readonly string[] = []): boolean =>
  wanted.every((pair) => {
    const [name = '', ...value] = pair.split('=');
    return labels[name] === value.join('=');
  });

const withSecret = (labels: Record<string, string> = {}) => ({ ...labels, 'traefik.basicauth': fakeEngineSecret });

export const rowOf = ({ id, name, labels, status }: FakeContainer) => ({
  ...{ Id: id, Names: [`/${name}`], Image: 'demo:1', Created: 1, State: status, Status: 'Up 3 seconds' },
  Labels: withSecret(labels),
  Command: `node --key=${fakeEngineSecret}`,
  Mounts: [{ Source: `/etc/${fakeEngineSecret}` }],
});

export const detailOf = (one: FakeContainer) => ({
  ...{ Id: one.id, Name: `/${one.name}`, RestartCount: one.restarts, Args: [fakeEngineSecret] },
  State: {
    ...{ Status: one.status, Running: one.pid > 0 || one.status === 'restarting', Paused: one.status === 'paused' },
    ...{ Restarting: one.status === 'restarting', OOMKilled: one.oomKilled, Dead: false, Pid: one.pid },
    ...{ ExitCode: one.exitCode, Error: fakeEngineSecret, StartedAt: one.startedAt, FinishedAt: never },
    Health: { Status: 'healthy', Log: [{ Output: fakeEngineSecret }] },
  },
  Config: { Image: 'demo:1', Labels: withSecret(one.labels), Env: [`KEY=${fakeEngineSecret}`], StopTimeout: null },
  HostConfig: {
    Memory: one.memoryBytes ?? 0,
    RestartPolicy: { Name: one.policy?.name ?? 'no', MaximumRetryCount: one.policy?.tries ?? 0 },
    Binds: [`/etc/${fakeEngineSecret}:/x`],
  },
});

export const statsOf = (one: FakeContainer) => ({
  read: new Date().toISOString(),
  cpu_stats: { cpu_usage: { total_usage: one.cpuNs }, system_cpu_usage: 1 },
  memory_stats: { usage: one.usedBytes + 10, limit: one.memoryBytes ?? 1, stats: { total_inactive_file: 10 } },
  networks: { eth0: { rx_bytes: fakeEngineSecret } },
});

export function eventLine({ id, name, labels }: FakeContainer, Action: string): string {
  const Attributes = { ...withSecret(labels), name };
  return `${JSON.stringify({ Type: 'container', Action, Actor: { ID: id, Attributes }, time: 1, timeNano: Date.now() * 1e6 })}\n`;
}
