import { lookAtDisk } from '@yoban/host-tools/probes/disk';
import { createHostLoadProbe } from '@yoban/host-tools/probes/host-load';
import { lookAtLogSize } from '@yoban/host-tools/probes/log-size';
import { lookAtNetLatency } from '@yoban/host-tools/probes/net-latency';
import type { CheckResult } from '@yoban/shared/contracts/check';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { type Repeat, repeat } from '../repeat.ts';
import type { Watch, WatchDeps } from './watch.ts';

const netTimeoutMs = 2 * SECOND;

/**
 * Disk, logs, load and the network path to the primary service's health address (a TCP handshake): one look for the machine,
 * told under every service, since each one's status counts it.
 */
export class SystemWatch implements Watch {
  readonly #deps: WatchDeps;
  readonly #load = createHostLoadProbe();
  readonly #target: { host: string; port: number } | null;
  #results: CheckResult[] = [];
  #loop: Repeat | null = null;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    const { services, primary } = deps.config;
    const url = services.find(({ name }) => name === primary)?.config.health?.url;
    this.#target = url === undefined ? null : placeOf(new URL(url));
  }

  start(): void {
    this.#loop = repeat(
      'system',
      () => this.#deps.config.pace.systemEveryMs,
      () => this.#look(),
      this.#deps.log,
    );
    this.#loop.now();
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  sample(): CheckResult[] {
    const results = this.#results;
    this.#results = [];
    return results;
  }

  async #look(): Promise<void> {
    const { paths, services, pace } = this.#deps.config;
    const [disk, logs, net] = await Promise.all([
      lookAtDisk(paths.home),
      lookAtLogSize(paths.logs),
      lookAtNetLatency(this.#target, netTimeoutMs),
    ]);
    const load = this.#load();
    this.#results = services.map(({ name }) => ({
      check: 'system',
      service: name,
      observedAt: isoTime(disk.observedAt),
      everyMs: pace.systemEveryMs,
      diskFreeGb: disk.freeGb,
      diskTotalGb: disk.totalGb,
      logMb: logs.logMb,
      netLatencyMs: net.latencyMs,
      hostCpuPercent: load.cpuPercent,
      load1m: load.load1m,
      hostMemoryPercent: load.memoryPercent,
    }));
  }
}

/** URL leaves out the port that is usual, and keeps the brackets of an IPv6 address, which a socket does not want. */
const placeOf = ({ protocol, hostname, port }: URL) => ({
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  port: Number(port) || (protocol === 'https:' ? 443 : 80),
});
