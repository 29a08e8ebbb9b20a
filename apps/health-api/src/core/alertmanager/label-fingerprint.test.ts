import { expect, test } from 'vitest';
import { labelFingerprint } from './label-fingerprint.ts';

test('the fingerprints are those that Debian’s Alertmanager 0.25 answered for the same labels', () => {
  expect(labelFingerprint({ alertname: 'x2' })).toBe('b302024284bbfa26');
  const labels = { severity: 'critical', job: 'node', instance: 'a', alertname: 'foo' };
  expect(labelFingerprint(labels)).toBe('a3c34e9dccda9f81');
});

test('what is parted differently is named differently', () => {
  expect(labelFingerprint({ ab: 'c' })).not.toBe(labelFingerprint({ a: 'bc' }));
  expect(labelFingerprint({ a: '夜番' })).not.toBe(labelFingerprint({ a: '夜' }));
});
