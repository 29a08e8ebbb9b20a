/** The newest characters of a line that are looked at; a longer one is no line for people. */
const lineMaxLength = 64 * 1_024;

const dated = /^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?) ?(Z|[+-]\d\d:?\d\d)?/;
/** As pino and its like write it. */
const jsonTime = /^\{.{0,200}?"time":(?:(\d{13})|"([^"]+)")/;

/** When a line says that it was written, epoch ms; null where it does not say. A time without a zone is of this machine's. */
export function lineTime(line: string): number | null {
  const [, day, time, zone = ''] = dated.exec(line) ?? [];
  const [, epochMs, iso] = jsonTime.exec(line) ?? [];
  const at = day
    ? Date.parse(`${day}T${time?.replace(',', '.')}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`)
    : epochMs
      ? Number(epochMs)
      : Date.parse(iso ?? '');
  return Number.isNaN(at) ? null : at;
}

export interface LineSplitter {
  /** Lines that are whole by now. */
  push(chunk: Buffer): string[];
  /** What stands after the last line's end, and how many bytes it has. */
  rest(): { text: string; bytes: number };
}

/** Cuts bytes into lines, wherever the pieces they come in begin and end; a sign of several bytes is never cut in two. */
export function createLineSplitter(): LineSplitter {
  let rest: Buffer[] = [];
  return {
    push: (chunk) => {
      const end = chunk.lastIndexOf(10);
      if (end < 0) {
        rest.push(chunk);
        return [];
      }
      const whole = Buffer.concat([...rest, chunk.subarray(0, end)]).toString('utf8');
      rest = [chunk.subarray(end + 1)];
      return whole.split('\n').map((line) => line.slice(-lineMaxLength));
    },
    rest: () => {
      const left = Buffer.concat(rest);
      return { text: left.toString('utf8').slice(-lineMaxLength), bytes: left.length };
    },
  };
}

/**
 * Whether lines count for a look that is to see only what was written since `floor`, epoch ms. A line without a time belongs to
 * the one above it (a stack trace); `undated` is what it counts for where there is none above.
 */
export function createAge(floor: number, undated: boolean): (line: string) => boolean {
  let counts = undated;
  return (line) => {
    const at = lineTime(line);
    if (at !== null) counts = at >= floor;
    return counts;
  };
}
