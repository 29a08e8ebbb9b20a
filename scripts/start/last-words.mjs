import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const tailBytes = 16_384;
const tailLines = 12;

function readTail(file) {
  let handle;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    return `(no log: ${error.code} ${file})`;
  }
  try {
    const size = fstatSync(handle).size;
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(handle);
  }
}

/** What a JSON log line complains about, with its hint; undefined for any other line. */
function complaint(line) {
  let entry;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined; // plain text, or the first line cut in half
  }
  if (entry === null || (entry.level !== 'fatal' && entry.level !== 'error')) return undefined;
  return [entry.err?.message ?? entry.event, entry.hint].filter(Boolean).join('. ');
}

/** Why a service ended, from its log: what it complained about, each once, else its last lines as they are. */
export function lastWords(file) {
  const lines = readTail(file).trimEnd().split('\n');
  const complaints = new Set(lines.map(complaint).filter((text) => text !== undefined));
  return complaints.size > 0 ? [...complaints].slice(-tailLines) : lines.slice(-tailLines);
}
