/** Provisions a share: creates it if it doesn't exist, and waits until it is available. */

import { type Manila, Refused, type Share } from "./manila.js";

export interface Options {
  /** The size in GiB. Default: 1. */
  size?: number;
  /** Waits between two requests. Tests move the clock of the fake instead. */
  sleep?: (seconds: number) => Promise<unknown>;
}

const TRIES = 3;
const LONGEST_WAIT = 60;

const inRealTime = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Returns the share with the given name when it is available. Throws if it ends in another status. */
export async function provision(manila: Manila, name: string, options: Options = {}): Promise<Share> {
  const { size = 1, sleep = inRealTime } = options;
  // If the answer to a create is lost, the share may exist. So look for it before each attempt.
  const ensure = async () => (await manila.find(name)) ?? (await manila.create(name, size));
  let share = await retried(ensure, sleep);
  for (let wait = 1; share.status === "creating"; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    await sleep(wait);
    const { id } = share;
    share = await retried(() => manila.show(id), sleep);
  }
  if (share.status !== "available") throw new Error(`share ${share.id} is ${share.status}`);
  return share;
}

/** Retries after connection errors and 5xx answers. Throws other errors immediately. */
async function retried<Result>(call: () => Promise<Result>, sleep: (seconds: number) => Promise<unknown>) {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await call();
    } catch (error) {
      const passing = error instanceof TypeError || (error instanceof Refused && error.status >= 500);
      if (!passing || left === 0) throw error;
      await sleep(2 ** (TRIES - left));
    }
  }
}
