import { ReconnectingSocket } from '@yoban/agent';
import { WebSocket } from 'ws';
import { errorFields } from '../log.ts';
import { readTip } from './read-tip.ts';
import type { FeedDeps } from './youtube-poller.ts';

/** The stand-in says something every 5 s; three times that in silence is a dead line. */
const SILENCE_MS = 15_000;

/** Listens to the TikTok feed; it reconnects by itself until closed. */
export function openTiktokFeed(url: string, deps: FeedDeps): ReconnectingSocket {
  return new ReconnectingSocket({
    url,
    WebSocket,
    silenceTimeoutMs: SILENCE_MS,
    onState: (state) => {
      deps.log.info({ event: `tiktok.${state}` });
      deps.platforms.update('tiktok', { connected: state === 'connected' });
    },
    onMessage: (text) => {
      deps.platforms.update('tiktok', { lastSeenAt: Date.now() });
      const event: unknown = JSON.parse(text);
      const tip = readTip('tiktok', event);
      if (tip) deps.onTips([tip]);
    },
    onError: (error) => deps.log.warn({ event: 'tiktok.message-ignored', error: errorFields(error).error }),
  });
}
