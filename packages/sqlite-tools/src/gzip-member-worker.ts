import { parentPort } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { packMember } from './gzip-plan.ts';

/** One slice of the source, to become one gzip member. Its memory moves to the worker and back. */
export interface MemberOrder {
  index: number;
  level: number;
  slice: Uint8Array<ArrayBuffer>;
}

/** The member, proven to unpack to the slice. */
export interface Member {
  index: number;
  slice: Uint8Array<ArrayBuffer>;
  packed: Uint8Array<ArrayBuffer>;
}

function pack({ index, level, slice }: MemberOrder): Member {
  const packed = packMember(slice, level);
  // chunkSize has a lower bound of its own; one byte more shows a member that is too long.
  const room = Math.max(slice.length + 1, 64);
  if (!gunzipSync(packed, { chunkSize: room, maxOutputLength: room }).equals(slice)) {
    throw new Error(`member ${index} does not unpack to what was packed`);
  }
  return { index, slice, packed: new Uint8Array(packed) };
}

parentPort?.on('message', (order: MemberOrder) => {
  const member = pack(order);
  parentPort?.postMessage(member, [member.slice.buffer, member.packed.buffer]);
});
