import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonText } from './json-text.ts';

const Text = jsonText(z.object({ pid: z.int() }));

test('JSON of the shape is parsed; other JSON, other text and no text are issues', () => {
  expect(Text.safeParse('{"pid": 7}')).toMatchObject({ success: true, data: { pid: 7 } });
  for (const text of ['{"pid": "7"}', '{"pid"', '', 7]) expect(Text.safeParse(text).success).toBe(false);
});
