const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `12.4 MB`; steps of 1000, as disks are sold and the messages count. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[power]}`;
}
