import { chromium } from "@playwright/test";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { providerBaseUrls } from "../demo/stand-in/base-urls";
import { PLATFORM_DEMO_KEY } from "../demo/stand-in/demo-keys";
import { startAppServer } from "../tests/support/app-server";
import { HttpPerson } from "../tests/support/http-person";
import { startStandInProcess } from "../tests/support/stand-in-process";
import { type BenchRow, median } from "./bench-row";

const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const RUNS = 3;

/** Page weight and Lighthouse (mobile) scores, as medians of three runs. */
export async function benchPages(): Promise<BenchRow[]> {
  const standIn = await startStandInProcess();
  const app = await startAppServer({
    ...providerBaseUrls(standIn.url),
    ANTHROPIC_API_KEY: PLATFORM_DEMO_KEY,
    LOG_LEVEL: "warn",
  });
  try {
    const person = await HttpPerson.signUp(app.url);
    const chat = `/projects/${await person.createProject()}`;
    const rows = [await scriptWeight(app.url, chat, person.cookie)];
    for (const path of ["/sign-in", "/projects", chat, "/settings"]) {
      rows.push(...(await audit(app.url + path, path === chat ? "chat page" : path, person.cookie)));
    }
    return rows;
  } finally {
    await app.stop();
    await standIn.stop();
  }
}

/**
 * Compressed bytes of all scripts that a browser loads before the first message, including idle prefetches.
 */
async function scriptWeight(origin: string, path: string, cookie: string): Promise<BenchRow> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, chromiumSandbox: false });
  const page = await browser.newPage({ extraHTTPHeaders: { cookie } });
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script")
      sizes.push(request.sizes().then((size) => size.responseBodySize));
  });
  await page.goto(origin + path, { waitUntil: "networkidle" });
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await browser.close();
  const value = bytes / 1000;
  return row(
    "chat page: scripts before the first message, compressed",
    value,
    "kB",
    "at most 300 kB",
    value <= 300,
  );
}

async function audit(url: string, name: string, cookie: string): Promise<BenchRow[]> {
  const results: { performance: number; accessibility: number; lcp: number; tbt: number; cls: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const chrome = await launch({ chromePath: CHROMIUM, chromeFlags: FLAGS });
    const result = await lighthouse(url, {
      port: chrome.port,
      onlyCategories: ["performance", "accessibility"],
      extraHeaders: { cookie },
      logLevel: "error",
    });
    chrome.kill();
    const report = result?.lhr;
    if (!report || report.runtimeError)
      throw new Error(`Lighthouse could not audit ${name}: ${report?.runtimeError?.message}`);
    results.push({
      performance: (report.categories["performance"]?.score ?? 0) * 100,
      accessibility: (report.categories["accessibility"]?.score ?? 0) * 100,
      lcp: report.audits["largest-contentful-paint"]?.numericValue ?? Number.NaN,
      tbt: report.audits["total-blocking-time"]?.numericValue ?? Number.NaN,
      cls: report.audits["cumulative-layout-shift"]?.numericValue ?? Number.NaN,
    });
  }
  const of = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick));
  const [performance, accessibility, cls] = [
    of((r) => r.performance),
    of((r) => r.accessibility),
    of((r) => r.cls),
  ];
  return [
    row(`${name}: Lighthouse mobile performance`, performance, "", "at least 95", performance >= 95),
    row(`${name}: Lighthouse accessibility`, accessibility, "", "100", accessibility === 100),
    row(
      `${name}: largest contentful paint`,
      of((r) => r.lcp),
      "ms",
      "",
      null,
    ),
    row(
      `${name}: total blocking time`,
      of((r) => r.tbt),
      "ms",
      "",
      null,
    ),
    row(`${name}: cumulative layout shift`, cls, "", "0", cls === 0),
  ];
}

function row(name: string, value: number, unit: string, aim: string, ok: boolean | null): BenchRow {
  return { name, value, unit, baseline: Number.NaN, ratio: Number.NaN, aim, ok };
}
