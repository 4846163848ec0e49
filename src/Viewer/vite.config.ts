import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { inlinePage, marker } from "./build/inline.ts";

// `npm run dev -- --mode ../path/sample.json`: the page with that document in it; without a mode of this kind, the small sample of the tests.
const sample = (mode: string) => ({
  name: "evergraph-sample",
  apply: "serve" as const,
  transformIndexHtml(html: string) {
    const path = mode.endsWith(".json") ? mode : new URL("tests/sample.json", import.meta.url);
    return html.replace(marker, () => marker.replace("></", `>${readFileSync(path, "utf8").replaceAll("<", "\\u003c")}</`));
  },
});

export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [inlinePage(), sample(mode)],
  build: {
    outDir: process.env["VIEWER_OUT"] ?? "dist",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
  },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"], sequence: { groupOrder: 0 } } },
      {
        extends: true,
        // One file after the other: they share two cores with the browser that they measure.
        test: { name: "browser", include: ["tests/browser/**/*.test.ts"], sequence: { groupOrder: 1 }, fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000 },
      },
      { extends: true, test: { name: "bench", include: ["bench/**/*.bench.ts"], fileParallelism: false, testTimeout: 600_000, hookTimeout: 120_000 } },
    ],
  },
}));
