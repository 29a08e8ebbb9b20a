import type { Take } from './take.ts';

/** When an event was made and, where the bus did not take it, when the alerter's own door did; epoch ms. */
export interface Sent {
  at: number;
  doorAt: number | null;
}

/** What the torture produced for one service, in the order it was sent. Each service has one alert, or one INFO. */
export interface Expected {
  service: string;
  /**
   * `incident`: told once however often it was raised. `windowed`: raised through many short windows, each raise told or counted.
   * `warned`: a WARNING raised through many short windows, each raise listed in one digest. `info`: told once.
   * `acked`: as windowed, and acknowledged: not told again after that. `hidden`: silenced from before its raise to after its end.
   * `released`: silenced before its raise, told when the silence ends. `announced`: silenced once it was told; its recovery passes.
   * `fallen`: goes to one channel that is out for long, and to its fallback.
   */
  kind: 'incident' | 'windowed' | 'warned' | 'info' | 'acked' | 'hidden' | 'released' | 'announced' | 'fallen';
  /** The sign of each raise; a repeat of the same event has no sign of its own. */
  marks: string[];
  /** Of each raise, by its sign. */
  sent: Map<string, Sent>;
  /** Its end; null while it stands. */
  cleared: Sent | null;
  /** Somebody has acknowledged it, or its silence came and went: what the person asked for was answered as done. */
  done: boolean;
}

/** What a receiver's log says, and what is promised of its kind. */
export interface ChannelLog {
  name: string;
  /** `front` is out for longer than its patience and has `spare` as its fallback; both are for `fallen` services alone. */
  role: 'usual' | 'front' | 'spare';
  keyed: boolean;
  summaries: boolean;
  infos: boolean;
  warnings: boolean;
  /** Its receiver keeps alerts of its own, and hears of acknowledgements. */
  acks: boolean;
  /** Sends that one alerter may have on their way at once. */
  inFlight: number;
  takes: readonly Take[];
}

export interface Span {
  /** Epoch ms. */
  from: number;
  to: number;
}

/** Alerters that were killed, or stopped for longer than a lease. */
export interface Kill extends Span {
  alerters: number;
}

/** What may leave a send that was taken without its note, and what holds a message up. */
export interface Troubles {
  kills: readonly Kill[];
  /** When Redis was away: nothing could be noted then. `killed` where it lost its connections, else it was stopped. */
  redisAway: readonly (Span & { killed: boolean })[];
  /** When the front channel was out. */
  outages: readonly Span[];
  /** When the machine had no time for anybody. */
  slow: readonly Span[];
}

/** What the configuration of the arena says of the front channel. */
export const frontPatience = { fallbackMs: 1_500, lateMs: 4_000 } as const;

/** True where no alerter and no Redis was in trouble in this time, nor `heldMs` before it. */
export function isQuiet({ from, to }: Span, troubles: readonly Span[], heldMs: number): boolean {
  return troubles.every((one) => one.from > to || one.to + heldMs < from);
}
