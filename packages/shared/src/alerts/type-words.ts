import type { AlertParams } from '../contracts/alert.ts';

/** The words of one alert type in one language, filled with what the alert brings along. */
export interface TypeWords {
  title: string;
  cause: (p: AlertParams) => string;
  details?: (p: AlertParams) => string[];
  effect?: (p: AlertParams) => string | null;
  recovered?: (p: AlertParams) => string;
}
