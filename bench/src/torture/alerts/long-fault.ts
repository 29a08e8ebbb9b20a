/** The fault of the house that lasts; the others are over at once. */
export const longFault = 'stop past a lease';
