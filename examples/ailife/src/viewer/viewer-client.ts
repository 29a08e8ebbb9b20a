import { createReconnectOverlay } from '@yoban/agent/reconnect-overlay';
import { ReconnectingSocket } from '@yoban/agent/reconnecting-socket';
import type { View, ViewMessage } from './view.ts';

/** The server speaks every 5 s; three times that in silence is a dead line. */
const SILENCE_MS = 15_000;
const lang = document.documentElement.lang === 'ja' ? 'ja' : 'en';
const cover = document.createElement('div');
document.body.append(cover);
const overlay = createReconnectOverlay(cover, lang);

function setText(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
}

function draw(view: View): void {
  setText('day', String(view.day));
  setText('cycle', String(view.cycle));
  setText('next', new Date(view.nextCycleAt).toLocaleTimeString(lang));
  setText('viewers', String(view.viewers));
  setText('tips', String(view.tipsLastHour));
  const main = document.getElementById('characters');
  if (!main) return;
  const activities: Record<string, string> = JSON.parse(main.dataset.activities ?? '{}');
  const moodWord = main.dataset.mood ?? '';
  main.replaceChildren(
    ...view.characters.map(({ name, activity, mood }) => {
      const doing = activities[activity] ?? activity;
      return card(name, mood === undefined ? doing : `${doing} (${moodWord}: ${mood})`);
    }),
  );
}

function card(name: string, text: string): HTMLElement {
  const article = document.createElement('article');
  const title = document.createElement('h2');
  title.textContent = name;
  const doing = document.createElement('p');
  doing.textContent = text;
  article.append(title, doing);
  return article;
}

overlay.show('reconnecting');
new ReconnectingSocket({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
  silenceTimeoutMs: SILENCE_MS,
  onConnected: (send) => send('{"type":"sync"}'),
  classify: (text) => {
    const { type, seq }: ViewMessage = JSON.parse(text);
    return { kind: type, seq };
  },
  onMessage: (text) => {
    const { view }: ViewMessage = JSON.parse(text);
    draw(view);
  },
  onState: (state) => overlay.show(state),
});
