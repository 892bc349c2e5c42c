import { WARM_UP_STEPS, type ImageTasks } from "../worker/protocol.ts";
import type { Client } from "./client.ts";

/**
 * Takes the steps towards a first image while nobody waits for anything, one task after the other, so that an image that comes in
 * the middle waits for one of them at most.
 *
 * @param tell how many have been taken
 */
export async function warmUp(
  client: Pick<Client<keyof ImageTasks>, "ask">,
  tell: (count: number) => void,
): Promise<void> {
  for (const [place, step] of WARM_UP_STEPS.entries()) {
    tell(place);
    try {
      await client.ask("prepare", step, { rank: LAST });
    } catch {
      // stopped: another one begins with the next worker; who needs a part that is not there is told so
      return;
    }
  }
  tell(WARM_UP_STEPS.length);
}

/** After everything that a person has asked for. */
const LAST = 9;

/** How far that is, in words. */
export function warmthText(count: number): string {
  return count < WARM_UP_STEPS.length
    ? `Opening the networks and trying them on a sample, step ${count + 1} of ${WARM_UP_STEPS.length}; images may come meanwhile.`
    : "The networks are open.";
}
