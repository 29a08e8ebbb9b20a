import type { MetricsCollector, PlatformName } from '@yoban/agent';

export interface PlatformView {
  connected: boolean;
  /** Last poll or last event. */
  lastSeenAt: number | null;
}

/** What is known of the two platforms, told to the collector at each change. */
export class Platforms {
  readonly #collector: MetricsCollector;
  readonly youtube: PlatformView = { connected: false, lastSeenAt: null };
  readonly tiktok: PlatformView = { connected: false, lastSeenAt: null };
  viewers = 0;

  constructor(collector: MetricsCollector) {
    this.#collector = collector;
    this.update('youtube', {});
    this.update('tiktok', {});
  }

  update(name: PlatformName, change: Partial<PlatformView>): void {
    const platform = this[name];
    Object.assign(platform, change);
    this.#collector.setPlatform(name, platform.connected, platform.lastSeenAt);
  }

  setViewers(count: number): void {
    this.viewers = count;
    this.#collector.setViewers(count);
  }
}
