/** Gives a project a share: makes it unless it is there, and waits until it is available. */

import { type Manila, Refused, type Share } from "./manila.js";

export interface Options {
  size?: number;
  /** How it waits between two looks; tests move the fake's clock instead. */
  sleep?: (seconds: number) => Promise<unknown>;
}

const TRIES = 3;
const LONGEST_WAIT = 60;

const inRealTime = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export async function provision(manila: Manila, name: string, options: Options = {}): Promise<Share> {
  const { size = 1, sleep = inRealTime } = options;
  // An answer that got lost may have been that of a create that was carried out, so it looks again before each try.
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

/** Tries again where a connection broke, and where a server or a proxy failed; a refusal is one at once. */
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
