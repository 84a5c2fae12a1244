import { ensureChromium } from "../lib/chromium";
import { sayPlain } from "../lib/say.mjs";

/**
 * `npm run chromium`: ensures there is a browser for the browser tests, and prints its path as the last line.
 */
export async function chromium(): Promise<number> {
  sayPlain(`\n${(await ensureChromium()).path}`);
  return 0;
}
