import { ensureChromium } from "./lib/chromium";

// `npm run chromium`: makes sure that the browser tests have a browser and says which.
await ensureChromium();
