import { describe, expect, test } from 'vitest';
import { sampleHealth } from '../../test/sample-health.ts';
import { readMessage } from './live-socket.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');

describe('a frame of the live connection', () => {
  test('is taken when it has the shape of the contract', () => {
    const serverTime = new Date(nowMs).toISOString();
    const frame = { type: 'health', seq: 4, serverTime, health: sampleHealth('healthy', nowMs) };
    expect(readMessage(JSON.stringify(frame))).toMatchObject({ type: 'health', seq: 4 });
  });
  test.each([['not json'], ['{"type":"health","seq":1}'], ['null'], ['{"type":"party","seq":1}']])(
    'is refused when it has not: %s',
    (text) => {
      expect(readMessage(text)).toBeNull();
    },
  );
  test('is refused when it is binary', () => {
    expect(readMessage(new ArrayBuffer(4))).toBeNull();
  });
});
