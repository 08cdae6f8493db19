// What a controller of the platform does: it looks whenever something has changed, and now and then.
import { setTimeout as pause } from "node:timers/promises";
import type { Api } from "../controlPlane/api";
import { messageOf } from "../system/refusal";
import { Bell } from "../system/wait";

/** @param urls what is watched @param tell told why a look has failed, which is tried again */
export async function lookOn(
  api: Api,
  urls: readonly string[],
  everyMs: number,
  look: () => Promise<void>,
  tell: (why: string) => void,
): Promise<never> {
  const bell = new Bell();
  for (const url of urls) void api.watch(url, bell.ring);
  for (;;) {
    await bell.heard(everyMs);
    try {
      await look();
    } catch (error) {
      tell(messageOf(error));
      bell.ring();
    }
    // Objects come in swarms.
    await pause(100);
  }
}
