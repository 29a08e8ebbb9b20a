import type { Server } from 'node:http';
import { Refusal, replyJson } from '../http/reply.ts';
import type { FakeTip } from './fake-tips.ts';
import { createStandin } from './standin-server.ts';

const KEPT = 200;

export interface YoutubeStandin {
  server: Server;
  give: (tip: FakeTip) => void;
}

/** The live chat: `GET /liveChat/messages?pageToken=N` gives the super chats after N. Not connected: 503. */
export function createYoutubeStandin(token: string): YoutubeStandin {
  const state: { connected: boolean; viewers: number } = { connected: true, viewers: 42 };
  const tips: FakeTip[] = [];
  let given = 0;
  const server = createStandin({
    token,
    state,
    answer: async (request, response, path) => {
      if (path !== '/liveChat/messages') throw new Refusal(404, `Nothing at ${path}.`);
      if (!state.connected) throw new Refusal(503, 'The live chat is away.');
      const asked = Number(new URL(request.url ?? '/', 'http://standin').searchParams.get('pageToken'));
      // A number we never gave out is from before our restart: begin anew, the ids make repeats harmless.
      const unseen = asked <= given ? given - asked : given;
      const items = unseen > 0 ? tips.slice(-unseen) : [];
      await replyJson(response, 200, { items, nextPageToken: String(given), viewers: state.viewers });
    },
  });
  const give = (tip: FakeTip) => {
    tips.push(tip);
    given += 1;
    if (tips.length > KEPT) tips.shift();
  };
  return { server, give };
}
