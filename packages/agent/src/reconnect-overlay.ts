import type { ConnectionState } from './reconnecting-socket.ts';

/** Fixed for ever: OBS users hide the overlay by this class in the browser source's custom CSS (S1, S4). */
export const RECONNECT_OVERLAY_CLASS = 'yoban-reconnect-overlay';

export const reconnectWords = {
  en: { reconnecting: 'Reconnecting...', disconnected: 'Stream will resume shortly' },
  ja: { reconnecting: '再接続しています…', disconnected: '配信はまもなく再開します' },
} as const;

export interface ReconnectOverlay {
  show(state: ConnectionState): void;
}

const STYLE =
  'position:fixed;inset:0;display:flex;align-items:center;justify-content:center;pointer-events:none;z-index:1000;' +
  'background:rgba(0,0,0,.45);color:#fff;font:600 1.5rem system-ui,sans-serif;letter-spacing:.02em';

/** Lays a message over the frozen view while the connection is away; when it is back the overlay is hidden. */
export function createReconnectOverlay(page: Document, lang: keyof typeof reconnectWords): ReconnectOverlay {
  const element = page.createElement('div');
  element.className = RECONNECT_OVERLAY_CLASS;
  element.setAttribute('role', 'status');
  element.setAttribute('style', STYLE);
  element.hidden = true;
  element.style.display = 'none';
  page.body.append(element);
  return {
    show(state) {
      const hidden = state === 'connected';
      element.hidden = hidden;
      // The inline `display:flex` is stronger than the hidden attribute's own rule.
      element.style.display = hidden ? 'none' : 'flex';
      element.textContent = hidden ? '' : reconnectWords[lang][state];
      element.dataset.state = state;
    },
  };
}
