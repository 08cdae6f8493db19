// Pages in a real browser without a screen.
import { type Browser, chromium, type Page } from "playwright-core";
import { onPath } from "../../rehearsal/programs/find";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Playwright would bring a browser of its own; this takes the one that is installed. */
export function openBrowser(): Promise<Browser> {
  const executablePath = names.map((name) => onPath(name, process.env)).find(Boolean);
  if (executablePath === undefined)
    throw new Error("this opens pages in Chromium: `apt-get install chromium`, or Google Chrome on PATH");
  return chromium.launch({ executablePath, args: ["--disable-gpu", "--disable-quic"] });
}

/** What a page says on its console, and what it asks for, its own file left out. */
export function observed(page: Page): { console: string[]; requests: string[] } {
  const seen = { console: [] as string[], requests: [] as string[] };
  page.on("console", (message) => seen.console.push(message.text()));
  page.on("pageerror", (error) => seen.console.push(error.message));
  page.on("request", (request) => {
    if (!request.isNavigationRequest()) seen.requests.push(request.url());
  });
  return seen;
}
