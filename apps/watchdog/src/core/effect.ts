import type { AlertType } from '@yoban/shared/alerts/catalogue';
import type { AlertParams } from '@yoban/shared/contracts/alert';

/**
 * What a step wants told. An incident is the fault from its detection to its end; raise and clear are the alert of it.
 * Ids of events derive from the incident's, so telling twice is harmless.
 */
export type Effect =
  | { do: 'raise'; incidentId: string; alertType: AlertType; detectedAt: number; cause: string; params: AlertParams }
  | { do: 'clear'; incidentId: string; alertType: AlertType; recoveredBy: string; params: AlertParams }
  /** A fault that is over when it is told: opened and closed at once, one INFO. */
  | {
      do: 'inform';
      incidentId: string;
      alertType: AlertType;
      detectedAt: number;
      cause: string;
      recoveredBy: string;
      params: AlertParams;
    }
  /** More is known of an open incident; nobody is told again. */
  | { do: 'amend'; incidentId: string; cause: string };

/** The new state and what follows from the step. `reason` is the word for the log when something changed. */
export interface Step<State> {
  state: State;
  effects: Effect[];
  reason: string | null;
}

export const quiet = <State>(state: State, reason: string | null = null): Step<State> => ({
  state,
  effects: [],
  reason,
});
