import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe } from "vitest";
import { marker } from "../../build/inline.ts";
import type { ViewDocument } from "../../model/document.ts";
import { pack } from "../pack.ts";

const places = [process.env["VIEWER_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executable = places.find((path) => path !== undefined && existsSync(path));

// Without the last of these, Chromium looks for updates and the like, which a machine without a network refuses.
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export interface Opened { page: Page; errors: string[] }

export type OpenPage = (document: ViewDocument | string, options?: BrowserContextOptions & { hash?: string }) => Promise<Opened>;

/** A headless Chromium. */
export const launch = (): Promise<Browser> => chromium.launch({ executablePath: executable ?? "", args: flags });

/** Tests that need a headless Chromium. Where there is none they are skipped. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (executable !== undefined) return void describe(name, tests);
  const reason = `no Chromium at ${places.filter((place) => place !== undefined).join(", ")}; install the package chromium, or name one in VIEWER_CHROMIUM`;
  console.warn(`Skipped in the browser: ${name}: ${reason}`);
  describe.skip(`${name} (skipped: ${reason})`, tests);
}

/** Tests in a headless Chromium on the page as it is built. */
export function inBrowser(name: string, tests: (open: OpenPage) => void): void {
  describeInBrowser(name, () => {
    let browser: Browser;
    let folder: string;
    let built: string;
    let written = 0;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "evergraph-viewer-"));
      await build({ root: join(import.meta.dirname, "../.."), logLevel: "error", mode: "production", build: { outDir: join(folder, "dist"), emptyOutDir: true } });
      built = readFileSync(join(folder, "dist/index.html"), "utf8");
      browser = await launch();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    tests(async (document, { hash, ...options } = {}) => {
      const text = typeof document === "string" ? document : JSON.stringify(pack(document));
      const file = join(folder, `${written++}.html`);
      // As the C# side does it: < is written as an escape of JSON, so that no text can end the element.
      writeFileSync(file, built.replace(marker, () => marker.replace("></", `>${text.replaceAll("<", "\\u003c")}</`)));
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("request", (request) => /^(https?|wss?):/.test(request.url()) && errors.push(`asked the network for ${request.url()}`));
      await page.goto(`file://${file}${hash ?? ""}`);
      return { page, errors };
    });
  });
}

export interface Rectangle { x: number; y: number; width: number; height: number }

/** Where the graph draws a node or a module, on the screen. */
export const boxOf = (page: Page, selection: { kind: "node"; key: string } | { kind: "module"; path: string }): Promise<Rectangle | null> =>
  page.evaluate((wanted) => (window as unknown as { evergraph: { boxOf(s: unknown): Rectangle | null } }).evergraph.boxOf(wanted), selection);

export const row = (page: Page, key: string): ReturnType<Page["locator"]> => page.locator(`[role=treeitem][data-key="${key}"]`);
export const moduleRow = (page: Page, path: string): ReturnType<Page["locator"]> => page.locator(`[role=treeitem][data-path="${path}"]`);
