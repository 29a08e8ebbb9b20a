import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { ContainerEvent } from '@yoban/shared/contracts/engine';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { isGuarded } from './is-guarded.ts';

/** An event with all labels of its container is a few KiB. */
const lineMaxChars = 256 * 1024;
const Line = jsonText(ContainerEvent);

/** Lets the events of guarded containers through, one JSON line each, and of each only what its contract names. */
export function createEventFilter(): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineMaxChars) return void done(new Error(`a line over ${lineMaxChars} characters`));
      done(null, lines.flatMap(shown).join(''));
    },
  });
}

function shown(line: string): string[] {
  const event = Line.safeParse(line);
  return event.success && isGuarded(event.data.Actor.Attributes) ? [`${JSON.stringify(event.data)}\n`] : [];
}
