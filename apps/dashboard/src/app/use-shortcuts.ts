import { useEffect } from 'react';
import { useLocation } from 'wouter';

const pages: Record<string, string> = { o: '/', s: '/services', a: '/alerts', i: '/incidents', b: '/backups' };
const FORGET_AFTER_MS = 1_000;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

/** `g` and then a letter goes to a page; never while somebody types or holds a modifier. */
export function useShortcuts(): void {
  const [, go] = useLocation();
  useEffect(() => {
    let pressedAtMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const page = pages[event.key];
      if (event.key === 'g') pressedAtMs = event.timeStamp;
      else if (page && event.timeStamp - pressedAtMs < FORGET_AFTER_MS) go(page);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [go]);
}
