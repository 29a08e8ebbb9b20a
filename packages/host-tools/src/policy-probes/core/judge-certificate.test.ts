import { expect, test } from 'vitest';
import { judgeCertificate } from './judge-certificate.ts';

const day = 86_400_000;
const now = Date.parse('2026-03-11T06:30:00Z');
const shown = (fromDays: number, toDays: number, distrust: string | null = null) =>
  judgeCertificate({ validFrom: now + fromDays * day, validTo: now + toDays * day, distrust }, 14 * day, now);

test.each([
  ['long valid', shown(-10, 60), 'good', 'its certificate ends in 60 d'],
  ['just long enough', shown(-10, 14), 'good', 'its certificate ends in 14 d'],
  ['too short', shown(-10, 13), 'bad', 'its certificate ends in 13 d, under 14 d'],
  ['over', shown(-90, -2, 'ended'), 'bad', 'its certificate ended 2 d ago'],
  ['not begun', shown(1, 90), 'bad', 'its certificate begins in 1 d'],
  [
    'not trusted',
    shown(-1, 90, 'it is signed by itself'),
    'bad',
    'its certificate is not trusted: it is signed by itself',
  ],
])('a certificate that is %s', (_, verdict, is, detail) => {
  expect(verdict).toMatchObject({ is, detail, unit: 'h' });
});
