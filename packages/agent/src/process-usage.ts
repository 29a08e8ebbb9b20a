const MIN_SPAN_MS = 1_000;
const BYTES_PER_MB = 1024 * 1024;

/** Memory (RSS, MB) and CPU (percent of one core since the last look at least a second ago) of this process. Zeros in a browser. */
export class ProcessUsage {
  #lookedAt: number;
  #cpuMicros: number;
  #cpuPercent = 0;

  constructor(now: number) {
    this.#lookedAt = now;
    this.#cpuMicros = cpuMicros();
  }

  sample(now: number): { memoryMb: number; cpuPercent: number } {
    const spanMs = now - this.#lookedAt;
    if (spanMs >= MIN_SPAN_MS) {
      const micros = cpuMicros();
      this.#cpuPercent = Math.max(0, (micros - this.#cpuMicros) / 10 / spanMs);
      this.#cpuMicros = micros;
      this.#lookedAt = now;
    }
    return { memoryMb: round(rssBytes() / BYTES_PER_MB, 1), cpuPercent: round(this.#cpuPercent, 2) };
  }
}

function cpuMicros(): number {
  if (typeof process === 'undefined') return 0;
  const usage = process.cpuUsage();
  return usage.user + usage.system;
}

function rssBytes(): number {
  return typeof process === 'undefined' ? 0 : process.memoryUsage.rss();
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
