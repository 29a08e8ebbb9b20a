/**
 * A decision is made from a look at the spool no older than this when its reading came back, and Redis writes it within as much
 * after its reading, or never.
 */
export const decideWithinMs = 500;

/**
 * An event is told past Redis no sooner than this after the door took it. A decision about its alert that was begun before has landed
 * by then, or never will.
 */
export const tellAfterMs = 2 * decideWithinMs;
