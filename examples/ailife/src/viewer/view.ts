/** What the viewer page shows, as it travels over `/ws`. */
export interface View {
  day: number;
  cycle: number;
  nextCycleAt: string;
  viewers: number;
  tipsLastHour: number;
  characters: { name: string; activity: string; mood?: number }[];
}

export interface ViewMessage {
  type: 'sync' | 'change';
  seq: number;
  view: View;
}
