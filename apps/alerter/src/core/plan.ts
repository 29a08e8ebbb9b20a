import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { Fact } from '@yoban/shared/contracts/fact';
import type { AlertRef } from './alert-key.ts';
import type { RecordBase } from './alert-record.ts';
import type { AlertState } from './alert-state.ts';
import type { ChannelState } from './channel-state.ts';
import type { OutboxRow } from './notice.ts';
import type { ServiceState } from './service-state.ts';
import type { SilenceBook } from './silences.ts';

/** Everything one decision writes. It is written whole or not at all (docs/adr/0006). */
export interface Plan {
  /** The word for the log. */
  reason: string;
  alerts: { ref: AlertRef; state: AlertState }[];
  services: { service: string; state: ServiceState }[];
  channels: { channel: string; state: ChannelState }[];
  /** The new book of silences; null leaves it as it is. */
  silences: SilenceBook | null;
  rows: OutboxRow[];
  /** Rows whose channel has, or may have, what they say already: see `withTold`. */
  told: { nid: string; state: 'sent' | 'maybe' }[];
  records: { base: RecordBase; notices: AlertRecord['notices'] }[];
  /** Notices of records that are otherwise left as they are; of one that is gone nothing is kept. */
  receipts: { recordId: string; notices: AlertRecord['notices'] }[];
  /** Facts that are no records of alerts: each is told once. */
  facts: Fact[];
  /** Moments at which something falls due, epoch ms: the earliest one asked for wins. */
  agenda: { name: string; at: number }[];
  /** Set by a tick: it is done, and comes again at `nextAt` while its set of alerts is not empty. */
  ticked: { name: string; set: string | null; settled: AlertRef[]; nextAt: number | null } | null;
  /** Alerts put into a set, see `alertSets`. */
  watch: { set: string; ref: AlertRef }[];
  /** Sets whose alerts are looked at from then on, epoch ms: what held them back is over. */
  release: { set: string; at: number }[];
}

export const emptyPlan = (reason: string): Plan => ({
  reason,
  alerts: [],
  services: [],
  channels: [],
  silences: null,
  rows: [],
  told: [],
  records: [],
  receipts: [],
  facts: [],
  agenda: [],
  ticked: null,
  watch: [],
  release: [],
});
