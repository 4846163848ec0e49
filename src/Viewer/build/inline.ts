import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** The empty element into which the C# side writes the document; it must be in the page exactly once. */
export const marker = '<script type="application/json" id="graph"></script>';

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * Puts the bundle's one script and one style sheet into the page, and a policy that allows these two by their hashes and nothing else:
 * no other script, no address on any network. `connect-src 'none'` follows from `default-src`.
 */
export function inlinePage(): Plugin {
  return {
    name: "evergraph-inline-page",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("the bundle has no index.html: expected one entry page; see vite.config.ts");
      let script = "";
      let style = "";
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue;
        if (part.type === "chunk") script += part.code;
        else if (name.endsWith(".css")) style += String(part.source);
        else throw new Error(`${name} would be a second file beside the page: import only scripts and styles`);
        delete bundle[name];
      }

      // What ends the element or opens a comment inside it must not be in a script; in strings and patterns an escape means the same.
      script = script.trim().replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
      style = style.trim();
      const policy = [
        "default-src 'none'",
        `script-src ${hashOf(script)}`,
        `style-src ${hashOf(style)}`,
        "img-src blob: data:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const html = String(page.source)
        .replace(/<script type="module"[^>]*><\/script>\s*/g, "")
        .replace(/<link rel="(?:stylesheet|modulepreload)"[^>]*>\s*/g, "")
        .replace("<title>", () => `<meta http-equiv="Content-Security-Policy" content="${policy}">\n  <title>`)
        .replace("</head>", () => `  <style>${style}</style>\n</head>`)
        .replace("</body>", () => `  <script type="module">${script}</script>\n</body>`);
      const markers = html.split(marker).length - 1;
      if (markers !== 1) throw new Error(`the page has the marker ${marker} ${markers} times: expected once`);
      page.source = html;
    },
  };
}
