export interface Resident {
  name: string;
  activity: string;
  /** 0 to 100; null in sleep. */
  mood: number | null;
}

export const firstResidents: readonly Resident[] = [
  { name: 'John', activity: 'cooking', mood: 72 },
  { name: 'Sara', activity: 'reading', mood: 85 },
  { name: 'Eve', activity: 'sleeping', mood: null },
];

export interface ModelReply {
  activity?: string;
  mood?: number;
  say: string;
}

/** What a resident says when the model gives no answer; the show goes on without a new idea. */
export const fallbackReply: ModelReply = { say: 'Mm. Let me think about that for a moment.' };

export function cyclePrompt(resident: Resident, cycle: number): string {
  return `cycle ${cycle}: ${resident.name} is ${resident.activity}. What does ${resident.name} do next? Answer {activity, mood, say}.`;
}

export const chatPrompt = (resident: Resident): string =>
  `${resident.name}, say one short thing to the viewers. Answer {say}.`;

/** Reads the model's text: the JSON it was asked for, or else the text itself as what is said. Values out of range are left out. */
export function parseReply(text: string): ModelReply {
  const reply = jsonObject(text);
  if (reply === undefined) return { say: text.slice(0, 500) };
  const { activity, mood, say } = reply;
  return {
    ...(typeof activity === 'string' && activity !== '' && { activity: activity.slice(0, 200) }),
    ...(typeof mood === 'number' && mood >= 0 && mood <= 100 && { mood: Math.round(mood) }),
    say: typeof say === 'string' ? say.slice(0, 500) : '',
  };
}

/** The resident after a reply; nobody has a mood in sleep. */
export function afterReply(resident: Resident, reply: ModelReply): Resident {
  const activity = reply.activity ?? resident.activity;
  const mood = activity === 'sleeping' ? null : (reply.mood ?? resident.mood ?? 60);
  return { name: resident.name, activity, mood };
}

/** 0 to 1: turns of the day are remembered longer than small talk. */
export function importanceOf(kind: 'cycle' | 'chat', reply: ModelReply): number {
  const strength = Math.abs((reply.mood ?? 50) - 50) / 100;
  return kind === 'cycle' ? 0.5 + strength : 0.1 + strength / 2;
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Models also answer in plain words; that is a reply, not a fault.
    return undefined;
  }
}
