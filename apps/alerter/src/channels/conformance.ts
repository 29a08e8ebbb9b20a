import type { FakeStep } from '@yoban/shared/testing/fake-script';
import { expect, test } from 'vitest';
import type { Receiver } from './channel.ts';
import { ample, sendUntil, slept } from './conformance-limits.ts';
import {
  hostileMessage,
  japaneseMessage,
  oversizeMessage,
  sampleMessage,
  testMessage,
} from './conformance-messages.ts';

/** A channel on a receiver of the test's own. */
export interface ChannelUnderTest {
  /** The channel, talking to the fake unless another server is named as `host:port`. */
  open(server?: string): Receiver;
  script(steps: readonly FakeStep[]): void;
  /** What people would read, one text a message, title or subject included. */
  received(): string[];
  /** Requests as they came, for signs that must not stand in them. */
  raw(): string[];
  /** What must never be seen outside: the address, a key, a password. */
  secret: string;
  /** Answers that ask to come later, that refuse us (a key, an address), and that refuse the message for good. */
  laterStatus: number;
  refusesUsStatus: number;
  refusedStatus: number;
  /** An answer that says when to come back, with the wait it means; null where the protocol has none. */
  busy: { step: FakeStep; afterMs: number } | null;
  /** Whether the receiver shows a repeat of the same message once. */
  keyed: boolean;
  /** Patterns by which text would get a meaning here: none may be left in a request. */
  armed: readonly RegExp[];
  /** Every part of a received text keeps this limit; null: there is none. */
  fits: ((request: string) => boolean) | null;
  stop(): Promise<void>;
}

/** A label this long is no name at all: it fails as an unknown one does, without asking a name server that may be slow. */
const unresolvable = `${'x'.repeat(64)}.invalid`;

type Body = (one: ChannelUnderTest, channel: Receiver) => Promise<void>;
type WithChannel = (title: string, body: Body) => void;

/** What every channel must do; a new one runs this against its fake. */
export function channelConformance(name: string, start: () => Promise<ChannelUnderTest>): void {
  const withChannel: WithChannel = (title, body) => {
    const [, rows = 'A6', what = title] = /^([A-Z]\d+): (.*)$/.exec(title) ?? [];
    test(`${rows}: ${name}: ${what}`, async () => {
      const one = await start();
      try {
        await body(one, one.open());
      } finally {
        await one.stop();
      }
    });
  };
  arrives(withChannel);
  understandsAnswers(withChannel);
  survivesTheNetwork(withChannel);
  tamesText(withChannel);
}

const send = (channel: Receiver, message = sampleMessage) => channel.send(message, ample());
const isSilent = (one: ChannelUnderTest, result: unknown) => expect(JSON.stringify(result)).not.toContain(one.secret);

function arrives(withChannel: WithChannel): void {
  withChannel('A6: a message arrives whole, in Japanese too, and is told as sent', async (one, channel) => {
    expect(await send(channel)).toEqual({ kind: 'sent' });
    expect(await send(channel, japaneseMessage)).toEqual({ kind: 'sent' });
    const [english = '', japanese = ''] = one.received();
    for (const part of ['[CRITICAL] 夜の生活', 'Process', 'Time: 2026-03-11 15:30:00 JST']) {
      expect(english).toContain(part);
    }
    expect(japanese).toContain('プロセスが停止し、10秒以内に復帰しませんでした。');
  });

  withChannel('a test says so in its first line', async (one, channel) => {
    expect(await send(channel, testMessage)).toEqual({ kind: 'sent' });
    expect(one.received()[0]?.split('\n')[0]).toContain('[TEST] yoban');
  });
}

function understandsAnswers(withChannel: WithChannel): void {
  withChannel('a receiver that asks to come later gets the same message again', async (one, channel) => {
    one.script([{ do: 'reply', status: one.laterStatus }]);
    expect(await send(channel)).toMatchObject({
      kind: 'retry',
      code: expect.stringContaining(String(one.laterStatus)),
    });
    expect(await send(channel)).toEqual({ kind: 'sent' });
  });

  withChannel('A5: a receiver that says when to come back is believed', async (one, channel) => {
    if (one.busy === null) return expect(one.laterStatus).toBeGreaterThanOrEqual(400);
    one.script([one.busy.step]);
    expect(await send(channel)).toMatchObject({ kind: 'busy', afterMs: one.busy.afterMs });
  });

  withChannel('A5: a refusal of us says nothing about the message: it can still arrive', async (one, channel) => {
    one.script([{ do: 'reply', status: one.refusesUsStatus, body: `no ${one.secret}` }]);
    const result = await send(channel);
    expect(result).toMatchObject({ kind: 'refused', code: expect.stringContaining(String(one.refusesUsStatus)) });
    isSilent(one, result);
    expect(await send(channel)).toEqual({ kind: 'sent' });
  });

  withChannel('a refusal of the message is final, with the answer as its code', async (one, channel) => {
    one.script([{ do: 'reply', status: one.refusedStatus, body: `no ${one.secret}` }]);
    const result = await send(channel);
    expect(result).toMatchObject({ kind: 'permanent', code: expect.stringContaining(String(one.refusedStatus)) });
    isSilent(one, result);
  });
}

function survivesTheNetwork(withChannel: WithChannel): void {
  withChannel('A5: a receiver that hangs is given up in time, and may have taken it', async (one, channel) => {
    one.script([{ do: 'hang' }]);
    const result = await sendUntil(channel, sampleMessage, () => one.raw().length > 0);
    expect(result).toEqual({ kind: 'unknown', code: 'timeout' });
  });

  withChannel(
    'A5: of a message whose time is over nothing leaves, also before a timer says so',
    async (one, channel) => {
      expect(await channel.send(sampleMessage, slept)).toEqual({ kind: 'retry', code: 'timeout' });
      expect(one.received()).toEqual([]);
      expect(await send(channel)).toEqual({ kind: 'sent' });
      expect(await channel.send(japaneseMessage, slept)).toEqual({ kind: 'retry', code: 'timeout' });
      expect(one.received()).toHaveLength(1);
    },
  );

  withChannel('A5: a connection cut after the message had left may have delivered it', async (one, channel) => {
    one.script([{ do: 'reset-after-accept' }]);
    const result = await send(channel);
    expect(result.kind).toBe('unknown');
    isSilent(one, result);
    expect(await send(channel)).toEqual({ kind: 'sent' });
    // Where the receiver knows the message by its key, people see it once; else they may see it twice, which the message then says.
    expect(one.received()).toHaveLength(one.keyed ? 1 : 2);
    expect(channel.keyed()).toBe(one.keyed);
  });

  withChannel(
    'a receiver that is away is tried again, and nothing throws or tells the secret',
    async (one, channel) => {
      const unknownHost = await send(one.open(`${unresolvable}:443`));
      expect(unknownHost.kind).toBe('retry');
      await one.stop();
      const refused = await send(channel);
      expect(refused.kind).toBe('retry');
      isSilent(one, [unknownHost, refused]);
    },
  );
}

function tamesText(withChannel: WithChannel): void {
  withChannel('text from a service has no power: no mention, link, header or line of its own', async (one, channel) => {
    expect(await send(channel, hostileMessage)).toEqual({ kind: 'sent' });
    expect(one.received()).toHaveLength(1);
    const [text = ''] = one.received();
    for (const line of text.split(/[\r\n\u2028\u2029]/)) expect(line).not.toMatch(/^\W*(RECOVERED|Bcc:)/);
    for (const sign of ['\u0000', '\u001b', '\u202e']) expect(text).not.toContain(sign);
    expect(text.isWellFormed()).toBe(true);
    for (const pattern of one.armed) for (const request of one.raw()) expect(request).not.toMatch(pattern);
  });

  withChannel('a text that is too long is cut where people see it, and arrives', async (one, channel) => {
    expect(await send(channel, oversizeMessage)).toEqual({ kind: 'sent' });
    const [text = ''] = one.received();
    expect(text).toContain('[CRITICAL] ');
    expect(text.isWellFormed()).toBe(true);
    if (one.fits === null) return;
    expect(text).toContain('…');
    for (const request of one.raw()) expect(one.fits(request)).toBe(true);
  });
}
