import { z } from 'zod';
import { AlertEvent } from './alert.ts';

/** Most events of one request: a list is on the disk as a whole before it is answered. */
export const intakeEventsMax = 500;
/** Largest body of one request, bytes. */
export const intakeBodyMaxBytes = 4_194_304;
/** The socket's name below `YOBAN_HOME/run`. */
export const intakeSocket = 'alerter.sock';
export const intakePath = '/events';

/** Body of `POST /events` at the alerter's own door, which needs no Redis: one event, or a list that is taken whole or not at all. */
export const IntakeBody = z.preprocess(
  (body) => (Array.isArray(body) ? body : [body]),
  z.array(AlertEvent).min(1).max(intakeEventsMax),
);
