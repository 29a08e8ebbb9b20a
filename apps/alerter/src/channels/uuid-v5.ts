import { createHash } from 'node:crypto';

/** The namespace of our notice ids (RFC 9562, 5.5): a number of our own making that must never change. */
const noticeSpace = Buffer.from('3e1c8a7d9f524b0fa6d0c4b2715e8f36', 'hex');

/** The UUID of a name: always the same for the same name. */
export function uuidV5(name: string): string {
  const hash = createHash('sha1').update(noticeSpace).update(name, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
