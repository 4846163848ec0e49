import type { MaybeInfo, NodeInfo, ViewDocument } from "../model/document.ts";
import { shortTitle, type Structure } from "../model/structure.ts";
import type { Item, Opened } from "../layout/visible.ts";

export type Font = "title" | "small" | "mono";

export const fonts: Record<Font, { size: number; weight: number; line: number }> = {
  title: { size: 13, weight: 600, line: 17 },
  small: { size: 11, weight: 400, line: 15 },
  mono: { size: 10.5, weight: 400, line: 14 },
};

export type Measure = (text: string, font: Font) => number;

/** What is written on a box, and how large that makes it. */
export interface Face {
  title: string;
  caption: string;
  /** What the node is in other layers of its fold; parameters that it reads. */
  lines: string[];
  badge: string;
  branches: Branches | null;
  width: number;
  height: number;
}

/** The two branches of a maybe-node that is open. */
export interface Branches { fused: string[]; plain: string[]; column: number; top: number }

const most = { title: 34, caption: 36, line: 34, variant: 64 };
const padding = { x: 14, y: 9 };
const branchColumn = 190;

export const shorten = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Writes the faces of items; they depend on what is open, not on where things are. */
export class Faces {
  private readonly faces: (Face | undefined)[] = [];

  constructor(
    private readonly document: ViewDocument,
    private readonly structure: Structure,
    private readonly opened: Opened,
    private readonly parameters: boolean,
    private readonly measure: Measure,
  ) {}

  of(item: Item): Face {
    let face = this.faces[item.index];
    if (face === undefined) {
      face = item.kind === "module" ? this.moduleFace(item) : this.nodeFace(item);
      this.faces[item.index] = face;
    }
    return face;
  }

  /** How much room the header of an open box takes. */
  header(item: Item): number {
    const face = this.of(item);
    return this.measure(face.title, "title") + (face.badge === "" ? 0 : this.measure(face.badge, "title") + 24) + 30;
  }

  private moduleFace(item: Item): Face {
    const inside = this.structure.sizes[item.module];
    const badge = item.fold === null ? "" : `× ${item.fold.members.length}`;
    return this.sized({ title: shorten(item.name, most.title), caption: `${inside} operator${inside === 1 ? "" : "s"}${item.fold === null ? "" : " each"}`, lines: [], badge, branches: null, width: 0, height: 0 }, 34);
  }

  private nodeFace(item: Item): Face {
    const node = this.structure.stage.nodes[item.node];
    const face: Face = { title: shorten(shortTitle(node), most.title), caption: "", lines: [], badge: "", branches: null, width: 0, height: 0 };
    face.caption = shorten(item.name !== "" ? item.name : this.captionOf(node), most.caption);
    if (node.variants != null) face.lines = node.variants.map((variant) => shorten(variant, most.variant));
    if (this.parameters)
      face.lines.push(...this.structure.parametersOf(item.node).map(({ name, info }) => shorten(`${name} ${info.outputs.length > 0 ? this.document.types[info.outputs[0]].text : info.title}`, most.line)));
    this.sized(face, 0);
    if (node.maybe != null) this.branch(face, node.maybe, node.key);
    return face;
  }

  private captionOf(node: NodeInfo): string {
    if (node.kind === "input" || node.kind === "output" || node.kind === "parameter") return "";
    return node.args.map(([name, text]) => `${name}=${text}`).join(" ");
  }

  private sized(face: Face, extra: number): Face {
    const badge = face.badge === "" ? 0 : this.measure(face.badge, "title") + 18;
    const widths = [this.measure(face.title, "title") + badge + extra, this.measure(face.caption, "small"), ...face.lines.map((line) => this.measure(line, "mono") + 10)];
    face.width = Math.ceil(Math.max(72, ...widths)) + 2 * padding.x;
    face.height = 2 * padding.y + fonts.title.line + (face.caption === "" ? 0 : fonts.small.line) + face.lines.length * fonts.mono.line;
    return face;
  }

  // Closed: one line with the predicate. Open: the predicate over two columns of steps.
  private branch(face: Face, maybe: MaybeInfo, key: string): void {
    const open = this.opened.maybes.has(key);
    const predicate = this.measure(maybe.predicate, "mono") + 66;
    face.width = Math.max(face.width, Math.min(2 * branchColumn + 36, Math.ceil(predicate) + 2 * padding.x));
    const top = face.height;
    face.height += 22;
    if (!open) {
      face.branches = { fused: [], plain: [], column: 0, top };
      return;
    }
    face.width = Math.max(face.width, 2 * branchColumn + 36);
    const wrap = (steps: string[]): string[] => steps.flatMap((step, i) => this.wrap(`${i + 1}. ${step}`, branchColumn - 20));
    const branches = { fused: wrap(maybe.fused), plain: wrap(maybe.plain), column: (face.width - 36) / 2, top };
    face.branches = branches;
    face.height += 26 + Math.max(branches.fused.length, branches.plain.length, 1) * fonts.small.line + 16;
  }

  private wrap(text: string, width: number): string[] {
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && this.measure(longer, "small") > width) {
        lines.push(line);
        line = `    ${word}`;
      } else {
        line = longer;
      }
    }
    return [...lines, line];
  }
}
