/** The messages on their way to receivers, over all channels. */
export interface Traffic {
  begin(): void;
  end(): void;
  /** So many that whatever can wait should leave the process, Redis and the disk to them. */
  isHeavy(): boolean;
}

/** More than a few receivers at their usual pace; a storm to one that takes it fast. */
const heavyFrom = 8;

export function createTraffic(): Traffic {
  let underWay = 0;
  return {
    begin: () => {
      underWay += 1;
    },
    end: () => {
      underWay -= 1;
    },
    isHeavy: () => underWay >= heavyFrom,
  };
}
