const separator = 0xff;
const encoder = new TextEncoder();

/**
 * Names a set of labels as Prometheus does: FNV-1a, 64 bit, over the names and values in the order of the names, each ended by
 * a byte that UTF-8 never has; as 16 hexadecimal digits.
 */
export function labelFingerprint(labels: Readonly<Record<string, string>>): string {
  const hash = { high: 0xcbf29ce4, low: 0x84222325 };
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(hash, name);
    add(hash, value);
  }
  return hex(hash.high) + hex(hash.low);
}

interface Hash {
  high: number;
  low: number;
}

function add(hash: Hash, text: string): void {
  for (const byte of encoder.encode(text)) step(hash, byte);
  step(hash, separator);
}

/** One byte. The prime is 2^40 + 0x1b3: the first part moves the low half into the high one, 8 bits up. */
function step(hash: Hash, byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * 0x1b3;
  hash.low = product >>> 0;
  hash.high = (Math.imul(hash.high, 0x1b3) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0;
}

const hex = (half: number): string => half.toString(16).padStart(8, '0');
