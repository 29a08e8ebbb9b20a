import type { FakeStep } from '@yoban/shared/testing/fake-script';
import { expect, test } from 'vitest';
import type { Channel, OutgoingMessage } from './channel.ts';

/** A channel on a receiver of the test's own. */
export interface ChannelUnderTest {
  channel: Channel;
  script(steps: readonly FakeStep[]): void;
  /** Bodies the receiver took, as people would read them. */
  received(): string[];
  /** What must never be seen outside: the address, a password. */
  secret: string;
  /** Answers that ask to come later, that refuse us (a key, an address), and that refuse the message for good. */
  laterStatus: number;
  refusesUsStatus: number;
  refusedStatus: number;
  stop(): Promise<void>;
}

export const sampleMessage: OutgoingMessage = {
  nid: 'ailife/process_down#1:x:1',
  emoji: ':rotating_light:',
  color: 'danger',
  head: '[CRITICAL] 夜の生活 <b>',
  lines: ['Process is down & out.', 'Time: 2026-03-11 15:30:00 JST'],
  subject: '[CRITICAL] 夜の生活 <b> Process down',
};

const send = (one: ChannelUnderTest, limitMs = 5_000) => one.channel.send(sampleMessage, AbortSignal.timeout(limitMs));

/** What every channel must do; a new one runs this against its fake. */
export function channelConformance(name: string, start: () => Promise<ChannelUnderTest>): void {
  const withChannel = (title: string, body: (one: ChannelUnderTest) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const one = await start();
      try {
        await body(one);
      } finally {
        await one.stop();
      }
    });

  withChannel('A3: a message arrives whole, and is told as sent', async (one) => {
    expect(await send(one)).toEqual({ kind: 'sent' });
    expect(one.received()).toHaveLength(1);
    for (const part of ['[CRITICAL] 夜の生活', 'Process is down', 'Time: 2026-03-11 15:30:00 JST']) {
      expect(one.received()[0]).toContain(part);
    }
  });

  withChannel('a receiver that asks to come later gets the same message again', async (one) => {
    one.script([{ do: 'reply', status: one.laterStatus }]);
    expect(await send(one)).toMatchObject({ kind: 'retry', code: expect.stringContaining(String(one.laterStatus)) });
    expect(await send(one)).toEqual({ kind: 'sent' });
  });

  withChannel('A5: a refusal of us says nothing about the message: it can still arrive', async (one) => {
    one.script([{ do: 'reply', status: one.refusesUsStatus, body: `no ${one.secret}` }]);
    const result = await send(one);
    expect(result).toMatchObject({ kind: 'refused', code: expect.stringContaining(String(one.refusesUsStatus)) });
    expect(JSON.stringify(result)).not.toContain(one.secret);
    expect(await send(one)).toEqual({ kind: 'sent' });
  });

  withChannel('a refusal of the message is final, with the answer as its code', async (one) => {
    one.script([{ do: 'reply', status: one.refusedStatus, body: `no ${one.secret}` }]);
    const result = await send(one);
    expect(result).toMatchObject({ kind: 'permanent', code: expect.stringContaining(String(one.refusedStatus)) });
    expect(JSON.stringify(result)).not.toContain(one.secret);
  });

  withChannel('A5: a receiver that hangs is given up in time, and may have taken it', async (one) => {
    one.script([{ do: 'hang' }]);
    expect(await send(one, 300)).toEqual({ kind: 'unknown', code: 'timeout' });
  });

  withChannel('A5: a connection cut after the message had left may have delivered it', async (one) => {
    one.script([{ do: 'reset-after-accept' }]);
    const result = await send(one);
    expect(result.kind).toBe('unknown');
    expect(JSON.stringify(result)).not.toContain(one.secret);
  });

  withChannel('a receiver that is away is tried again, and nothing throws or tells the secret', async (one) => {
    await one.stop();
    const result = await send(one);
    expect(result.kind).toBe('retry');
    expect(JSON.stringify(result)).not.toContain(one.secret);
  });
}
