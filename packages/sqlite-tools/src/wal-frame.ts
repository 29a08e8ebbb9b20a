/** Byte layout of a write-ahead log (SQLite file format, section 4): a 32-byte header, then frames of 24 + page bytes. */
export const walHeaderBytes = 32;
export const frameHeaderBytes = 24;

export interface WalHeader {
  pageSize: number;
  salt: readonly [number, number];
  /** The order of the words that checksums are counted over. */
  littleEndian: boolean;
  checksum: Checksum;
}

export type Checksum = readonly [number, number];

export interface Frame {
  pageNumber: number;
  /** Pages of the database after this commit, or 0 when the frame ends no transaction. */
  commitPages: number;
  checksum: Checksum;
}

const hostIsLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The running checksum of the log, continued over `bytes` (a multiple of 8). */
export function walChecksum(start: Checksum, bytes: Buffer, littleEndian: boolean): Checksum {
  const words = wordsOf(bytes, littleEndian);
  let [a, b] = start;
  for (let at = 0; at < words.length; at += 2) {
    a = (a + (words[at] ?? 0) + b) | 0;
    b = (b + (words[at + 1] ?? 0) + a) | 0;
  }
  return [a >>> 0, b >>> 0];
}

/** 32-bit words in the log's own order; without a copy where the order and the alignment are the machine's. */
function wordsOf(bytes: Buffer, littleEndian: boolean): Uint32Array {
  if (littleEndian === hostIsLittleEndian && bytes.byteOffset % 4 === 0) {
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, littleEndian));
}

/** The log's header, or null when its own checksum does not fit (an empty log or a torn write). */
export function parseWalHeader(bytes: Buffer): WalHeader | null {
  if (bytes.length < walHeaderBytes) return null;
  const magic = bytes.readUInt32BE(0);
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return null;
  const littleEndian = magic === 0x377f0682;
  const checksum = walChecksum([0, 0], bytes.subarray(0, 24), littleEndian);
  if (checksum[0] !== bytes.readUInt32BE(24) || checksum[1] !== bytes.readUInt32BE(28)) return null;
  const stored = bytes.readUInt32BE(8);
  return {
    pageSize: stored === 1 ? 65_536 : stored,
    salt: [bytes.readUInt32BE(16), bytes.readUInt32BE(20)],
    littleEndian,
    checksum,
  };
}

/** One frame, checked against the log's salt and the checksum of the frame before it; null when it is not the next frame. */
export function parseFrame(bytes: Buffer, header: WalHeader, before: Checksum): Frame | null {
  if (bytes.readUInt32BE(8) !== header.salt[0] || bytes.readUInt32BE(12) !== header.salt[1]) return null;
  const overHeader = walChecksum(before, bytes.subarray(0, 8), header.littleEndian);
  const checksum = walChecksum(overHeader, bytes.subarray(frameHeaderBytes), header.littleEndian);
  if (checksum[0] !== bytes.readUInt32BE(16) || checksum[1] !== bytes.readUInt32BE(20)) return null;
  return { pageNumber: bytes.readUInt32BE(0), commitPages: bytes.readUInt32BE(4), checksum };
}
