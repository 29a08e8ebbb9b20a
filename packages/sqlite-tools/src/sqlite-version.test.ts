import { expect, test } from 'vitest';
import { refusedFileSystem } from './local-disk.ts';
import { requireSqliteVersion } from './sqlite-version.ts';

test('versions with the WAL-reset bug are refused, later ones are not', () => {
  for (const old of ['3.7.0', '3.40.1', '3.51.2', '2.99.99']) {
    expect(() => requireSqliteVersion(old)).toThrow(/older than 3\.51\.3/);
  }
  for (const good of ['3.51.3', '3.52.0', '3.54.1', '4.0.0']) requireSqliteVersion(good);
});

test('network and pass-through file systems are refused by name', () => {
  expect([0x6969, 0x517b, 0xff534d42 | 0, 0x01021997, 0x65735546].map(refusedFileSystem)).toEqual([
    'NFS',
    'SMB',
    'CIFS',
    '9p',
    'FUSE',
  ]);
  expect(refusedFileSystem(0xef53)).toBeNull();
});
