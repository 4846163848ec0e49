import { describe, expect, it } from "vitest";
import { branchOf } from "../../model/costs.ts";
import { Sizes } from "../../model/expressions.ts";
import { mix } from "../../render/palette.ts";
import { escapeXml, SvgSurface } from "../../render/svg.ts";
import { documentOf, maybe, stage } from "../documents.ts";

describe("SVG files", () => {
  it("escape markup", () => expect(escapeXml(`</text><script>alert("x")</script>&'`)).toBe("&lt;/text&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;"));
  it("replace what XML does not allow", () => expect(escapeXml("a\u0000b\u001bc\ud800d😀\n")).toBe("a\ufffdb\ufffdc\ufffdd😀\n"));

  it("have nothing of a hostile name but text", () => {
    const surface = new SvgSurface();
    const hostile = `"/><script>alert(1)</script><image href="http://x" onload='y'/>`;
    surface.text(hostile, 1, 2, "title", { fill: "#000000" });
    surface.box(0, 0, 10, 10, { fill: hostile });
    const file = surface.file(hostile, "#ffffff", 0, 0, 100, 50);
    expect(file.match(/<[a-z?/]+/g)).toEqual(["<?xml", "<svg", "<title", "</title", "<rect", "<text", "</text", "<rect", "</svg"]);
    expect(file).toContain('viewBox="0 0 100 50"');
  });

  it("draw the same curves as the canvas", () => {
    const surface = new SvgSurface();
    surface.lines([[0, 0, 10, 40, 10, 80]], { stroke: "#123456", width: 2 }, false);
    expect(surface.file("", "#fff", 0, 0, 1, 1)).toContain('<path d="M0 0C0 20 10 20 10 40L10 80" fill="none" stroke="#123456" stroke-width="2"/>');
  });
});

describe("colours", () => it("mix", () => expect([mix("#000000", "#ff8000", 0), mix("#000000", "#ff8000", 0.5), mix("#000000", "#ff8000", 1)]).toEqual(["#000000", "#804000", "#ff8000"])));

describe("maybe-nodes", () => {
  const one = maybe("m");
  const taken = (size: number, more = {}): boolean => branchOf({ ...one, maybe: { ...one.maybe!, ...more } }, new Sizes(documentOf(stage([one])), new Map([["s0", size]]))).fused;
  it("take the fused branch above the threshold, not at it", () => expect([taken(999), taken(1000), taken(1001)]).toEqual([false, false, true]));
  it("never do so on one rank or where it is not enabled", () => expect([taken(5000, { ranks: 1 }), taken(5000, { enabled: false })]).toEqual([false, false]));
});
