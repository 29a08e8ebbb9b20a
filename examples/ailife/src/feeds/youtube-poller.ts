import { requestJson } from '../json-request.ts';
import { errorFields, type Log } from '../log.ts';
import { pause } from '../pause.ts';
import type { Tip } from '../store/tip-store.ts';
import type { Platforms } from './platforms.ts';
import { readTip } from './read-tip.ts';

export interface FeedDeps {
  platforms: Platforms;
  log: Log;
  signal: AbortSignal;
  onTips: (tips: Tip[]) => void;
}

/** Polls the live chat until the signal: viewers, and super chats as tips. */
export async function pollYoutube(url: string, pollMs: number, deps: FeedDeps): Promise<void> {
  let pageToken = '';
  while (!deps.signal.aborted) {
    try {
      pageToken = await pollOnce(`${url}/liveChat/messages?pageToken=${encodeURIComponent(pageToken)}`, pollMs, deps);
    } catch (error) {
      if (deps.signal.aborted) return;
      if (deps.platforms.youtube.connected)
        deps.log.warn({ event: 'youtube.disconnected', error: errorFields(error).error });
      deps.platforms.update('youtube', { connected: false });
    }
    await pause(pollMs, deps.signal);
  }
}

async function pollOnce(url: string, pollMs: number, deps: FeedDeps): Promise<string> {
  const { status, json } = await requestJson({
    method: 'GET',
    url,
    timeoutMs: Math.max(pollMs, 1_000),
    signal: deps.signal,
  });
  if (status !== 200) throw new Error(`YouTube answered HTTP ${status}`);
  const page = (json ?? {}) as { items?: unknown; nextPageToken?: unknown; viewers?: unknown };
  if (!Array.isArray(page.items)) throw new Error('YouTube answered without items');
  if (!deps.platforms.youtube.connected) deps.log.info({ event: 'youtube.connected' });
  deps.platforms.update('youtube', { connected: true, lastSeenAt: Date.now() });
  if (typeof page.viewers === 'number') deps.platforms.setViewers(page.viewers);
  deps.onTips(page.items.map((item) => readTip('youtube', item)).filter((tip) => tip !== undefined));
  return typeof page.nextPageToken === 'string' ? page.nextPageToken : '';
}
