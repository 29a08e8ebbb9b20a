import { expect, test } from 'vitest';
import { createReconnectOverlay, type OverlayElement } from './reconnect-overlay.ts';

const div = (): OverlayElement => ({
  className: '',
  textContent: null,
  style: { display: '' },
  dataset: {},
  setAttribute: () => {},
});

test('S1: the words over the frozen view, nothing while connected, always under the fixed class', () => {
  const element = div();
  const overlay = createReconnectOverlay(element, 'en');
  expect(element).toMatchObject({ className: 'yoban-reconnect-overlay', style: { display: 'none' } });
  overlay.show('reconnecting');
  expect(element).toMatchObject({ textContent: 'Reconnecting...', style: { display: 'flex' } });
  overlay.show('disconnected');
  expect(element).toMatchObject({ textContent: 'Stream will resume shortly', dataset: { state: 'disconnected' } });
  overlay.show('connected');
  expect(element).toMatchObject({ textContent: '', style: { display: 'none' }, className: 'yoban-reconnect-overlay' });
});

test('S1: both messages in Japanese', () => {
  const element = div();
  const overlay = createReconnectOverlay(element, 'ja');
  overlay.show('reconnecting');
  expect(element.textContent).toBe('再接続しています…');
  overlay.show('disconnected');
  expect(element.textContent).toBe('配信はまもなく再開します');
});
