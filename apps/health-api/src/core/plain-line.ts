/**
 * Text from outside as one line of at most `maxChars`: a line break would let a sender write lines that look like ours, and a
 * longer text would be refused where alerts are decided.
 */
export function plainLine(text: string, maxChars: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  // Cut between the halves of a sign, it would not be text any more.
  return line.length <= maxChars ? line.toWellFormed() : `${line.slice(0, maxChars - 1).toWellFormed()}…`;
}
