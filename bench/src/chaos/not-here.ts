/** What a case needs and this machine has not: the case is left out, and that is said. */
export class NotHere extends Error {}
