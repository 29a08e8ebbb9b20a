import type { MessageAbout, OutgoingMessage } from './channel.ts';

/** An alert in English, with signs that some markup gives a meaning to. */
export const sampleMessage: OutgoingMessage = {
  nid: 'ailife/process_down#1:x:1',
  emoji: ':rotating_light:',
  color: 'danger',
  head: '[CRITICAL] 夜の生活 <b>',
  lines: ['Process is down & out.', 'Time: 2026-03-11 15:30:00 JST'],
  subject: '[CRITICAL] 夜の生活 <b> Process down',
  about: {
    state: 'open',
    incident: 'ailife/process_down#1',
    service: 'ailife',
    serviceName: '夜の生活 <b>',
    alertType: 'process_down',
    level: 'critical',
    since: Date.parse('2026-03-11T06:29:50Z'),
    at: Date.parse('2026-03-11T06:30:00Z'),
    labels: {},
  },
};

/** The sample with another state, incident or label. */
export const sampleAbout = (over: Partial<MessageAbout>, nid = sampleMessage.nid): OutgoingMessage =>
  sampleMessage.about ? { ...sampleMessage, nid, about: { ...sampleMessage.about, ...over } } : sampleMessage;

/** Of another incident: a receiver that keeps incidents would take it for a repeat else. */
export const japaneseMessage: OutgoingMessage = {
  ...sampleAbout({ incident: 'ailife/process_down#2' }, 'ailife/process_down#2:x:1'),
  lines: ['プロセスが停止し、10秒以内に復帰しませんでした。', 'Time: 2026-03-11 15:30:00 JST'],
  subject: '[CRITICAL] 夜の生活 プロセス停止',
};

/** A message of no alert, as a test-send makes it. */
export const testMessage: OutgoingMessage = {
  nid: 'test:1f6d7f3e-0d3e-4a7e-9f51-5a8c0e1d2b3c:x',
  emoji: ':white_check_mark:',
  color: 'good',
  head: '[TEST] yoban',
  lines: ['This is a test.', 'Time: 2026-03-11 15:30:00 JST'],
  subject: '[TEST] yoban Test message',
  about: null,
};

/** What a broken or evil service could put into its text. */
export const hostileMessage: OutgoingMessage = {
  ...sampleMessage,
  head: '[CRITICAL] a\r\nBcc: evil@example.test\r\n<!channel> @everyone',
  lines: [
    '<!here> @everyone [click](https://evil.example.test) <https://evil.example.test|bank> <script>x</script>',
    'one\n[RECOVERED] forged\u2028[RECOVERED] forged too\u0000\u001b[2J \u202Egpj.exe half\ud83d',
    '*bold* _it_ ~~no~~ `code` ||hidden|| {{template}}',
    'Time: 2026-03-11 15:30:00 JST',
  ],
  subject: '[CRITICAL] a\r\nBcc: evil@example.test\r\n\r\nforged body',
};

export const oversizeMessage: OutgoingMessage = {
  ...sampleMessage,
  lines: ['&<(*停止😀'.repeat(4_000), 'Time: 2026-03-11 15:30:00 JST'],
  subject: `[CRITICAL] ${'停止😀'.repeat(2_000)}`,
};
