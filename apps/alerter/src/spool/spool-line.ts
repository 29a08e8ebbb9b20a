import { crc32 } from 'node:zlib';
import { AlertEvent } from '@yoban/shared/contracts/alert';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { z } from 'zod';
import { DirectTelling } from '../core/direct-telling.ts';

const SpoolRecord = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('event'), receivedAt: z.number(), event: AlertEvent }),
  z.strictObject({ is: z.literal('told'), telling: DirectTelling }),
  z.strictObject({ is: z.literal('done'), eventId: z.string() }),
]);
/** One line of the spool. */
export type SpoolRecord = z.infer<typeof SpoolRecord>;

const Line = jsonText(SpoolRecord);
const sumDigits = 8;

const sumOf = (json: string): string => crc32(json).toString(16).padStart(sumDigits, '0');

/** `<CRC-32 of the JSON, 8 hex digits> <JSON>\n`. JSON has no line breaks of its own. */
export function spoolLine(record: SpoolRecord): string {
  const json = JSON.stringify(record);
  return `${sumOf(json)} ${json}\n`;
}

/** What a line (without its end) holds; null for one that was torn, changed, or written by something else. */
export function readSpoolLine(line: string): SpoolRecord | null {
  const json = line.slice(sumDigits + 1);
  if (line.slice(0, sumDigits + 1) !== `${sumOf(json)} `) return null;
  return Line.safeParse(json).data ?? null;
}
