import type { Fake, FakeOptions } from './fake-script.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeYoutubeOptions extends FakeOptions {
  pollingIntervalMillis?: number;
}

export interface FakeYoutube extends Fake<LoggedRequest> {
  /** Puts a chat message where the next poll finds it; `yen` makes it a Super Chat. */
  say(author: string, text: string, yen?: number): void;
}

interface ChatItem {
  id: string;
  snippet: Record<string, unknown>;
  authorDetails: { displayName: string };
}

/** YouTube's `liveChat/messages` poll: items after `pageToken`, the next token, and how long to wait. */
export async function startFakeYoutube(options: FakeYoutubeOptions = {}): Promise<FakeYoutube> {
  const items: ChatItem[] = [];
  const answer = (request: LoggedRequest): Answer => {
    const url = new URL(request.path, 'http://fake');
    if (!url.pathname.endsWith('/liveChat/messages')) return { status: 404, body: '{}' };
    const from = Number(url.searchParams.get('pageToken') ?? 0);
    const body = {
      kind: 'youtube#liveChatMessageListResponse',
      nextPageToken: String(items.length),
      pollingIntervalMillis: options.pollingIntervalMillis ?? 1_000,
      items: items.slice(from),
    };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return { ...server, say: (author, text, yen) => void items.push(chatItem(items.length, author, text, yen)) };
}

function chatItem(index: number, author: string, text: string, yen: number | undefined): ChatItem {
  const snippet =
    yen === undefined
      ? { type: 'textMessageEvent', displayMessage: text }
      : {
          type: 'superChatEvent',
          superChatDetails: { amountMicros: String(yen * 1_000_000), currency: 'JPY', userComment: text },
        };
  return { id: `yt-${index}`, snippet, authorDetails: { displayName: author } };
}
