import { type AlertRef, alertKey } from './alert-key.ts';
import { type AlertState, noAlert } from './alert-state.ts';
import type { ChannelState } from './channel-state.ts';
import { newChannel } from './channel-state.ts';
import { newService, type ServiceState } from './service-state.ts';
import type { SilenceBook } from './silences.ts';

/** Documents a decision is made from, and may replace. */
export interface Needs {
  alerts: readonly AlertRef[];
  services: readonly string[];
  channels: readonly string[];
}

export const nothingNeeded: Needs = { alerts: [], services: [], channels: [] };

/** Everything that was read for a decision, as of one moment of the store's clock (epoch ms). What is not there is new. */
export interface Known {
  now: number;
  silences: SilenceBook;
  alerts: ReadonlyMap<string, AlertState>;
  services: ReadonlyMap<string, ServiceState>;
  channels: ReadonlyMap<string, ChannelState>;
}

/** The alerts a digest or a summary looks at; `more`: others wait too. */
export interface Watched {
  refs: readonly AlertRef[];
  more: boolean;
}

export const alertIn = (known: Known, ref: AlertRef): AlertState => known.alerts.get(alertKey(ref)) ?? noAlert;
export const serviceIn = (known: Known, name: string): ServiceState => known.services.get(name) ?? newService;
export const channelIn = (known: Known, name: string): ChannelState => known.channels.get(name) ?? newChannel;
