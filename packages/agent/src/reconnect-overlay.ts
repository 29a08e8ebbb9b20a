import type { ConnectionState } from './reconnecting-socket.ts';

/** Fixed for ever: OBS users hide the overlay by this class in the browser source's custom CSS (S1, S4). */
export const RECONNECT_OVERLAY_CLASS = 'yoban-reconnect-overlay';

export const reconnectWords = {
  en: { reconnecting: 'Reconnecting...', disconnected: 'Stream will resume shortly' },
  ja: { reconnecting: '再接続しています…', disconnected: '配信はまもなく再開します' },
} as const;

/** The part of an HTML element that is used. */
export interface OverlayElement {
  className: string;
  textContent: string | null;
  style: { display: string };
  dataset: Record<string, string | undefined>;
  setAttribute(name: string, value: string): void;
}

export interface ReconnectOverlay {
  show(state: ConnectionState): void;
}

const STYLE =
  'position:fixed;inset:0;display:flex;align-items:center;justify-content:center;pointer-events:none;z-index:1000;' +
  'background:rgba(0,0,0,.45);color:#fff;font:600 1.5rem system-ui,sans-serif;letter-spacing:.02em';

/**
 * Makes an empty `<div>` of the page the message over the frozen view: shown while the connection is away, hidden while it stands.
 */
export function createReconnectOverlay(element: OverlayElement, lang: keyof typeof reconnectWords): ReconnectOverlay {
  element.className = RECONNECT_OVERLAY_CLASS;
  element.setAttribute('role', 'status');
  element.setAttribute('style', STYLE);
  element.style.display = 'none';
  return {
    show(state) {
      const hidden = state === 'connected';
      element.style.display = hidden ? 'none' : 'flex';
      element.textContent = hidden ? '' : reconnectWords[lang][state];
      element.dataset.state = state;
    },
  };
}
