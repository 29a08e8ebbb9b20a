import { isProven, takeKick } from '@yoban/shared/kick/kick-slot';
import type { Kicker } from '@yoban/shared/kick/read-kickers';
import type { Log } from '@yoban/shared/logger';
import type { KickDesk } from './kick-desk.ts';
import type { KickStore } from './kick-store.ts';

interface Options {
  stateDir: string;
  kickers: readonly Kicker[];
  desk: KickDesk;
  store: KickStore;
  log: Log;
  now: () => number;
}

/** Looks into the one-slot file and takes what lies there; what cannot show that it knows the token is refused with a row. */
export async function takeSlot({ stateDir, kickers, desk, store, log, now }: Options): Promise<void> {
  const taken = takeKick(stateDir);
  if (taken === null) return;
  const refuse = (source: string, service: string, reason: string) => {
    store.refuse({ source, service, reason }, now());
    log.warn({ event: 'kick.refused', service, reason, via: 'file' });
  };
  if (taken.kind === 'unreadable') return refuse('unknown', 'unknown', 'unreadable');
  const { kick } = taken.content;
  const tokens = kickers.filter(({ service }) => service === kick.service).flatMap((kicker) => kicker.tokens);
  if (!isProven(taken.content, tokens)) return refuse(kick.source, kick.service, 'wrong_token');
  await desk.offer({ ...kick, via: 'file' });
}
