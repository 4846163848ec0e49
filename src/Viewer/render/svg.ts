import { families, pull, type Fill, type Ink, type Stroke, type Surface } from "./surface.ts";
import { fonts, type Font } from "./faces.ts";

/** Text as it stands in XML: markup escaped, and characters that XML does not allow replaced. */
export function escapeXml(text: string): string {
  return text
    // These control characters XML 1.0 forbids; lone surrogates would make the file invalid UTF-8.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

const number = (value: number): string => String(Math.round(value * 100) / 100);

/** A standalone SVG file: attributes instead of style sheets, nothing referred to outside. */
export class SvgSurface implements Surface {
  private readonly parts: string[] = [];

  box(x: number, y: number, width: number, height: number, style: Fill): void {
    const radius = style.radius === undefined || style.radius === 0 ? "" : ` rx="${number(style.radius)}"`;
    this.parts.push(`<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${radius} fill="${escapeXml(style.fill ?? "none")}"${this.stroke(style)}/>`);
  }

  lines(paths: readonly number[][], style: Stroke, straight: boolean): void {
    if (paths.length === 0) return;
    const data = paths.map((points) => {
      let path = `M${number(points[0])} ${number(points[1])}`;
      for (let i = 2; i < points.length; i += 2) {
        const [x0, y0, x1, y1] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
        const bend = pull(y0, y1);
        path += straight || (x0 === x1 && y1 >= y0) ? `L${number(x1)} ${number(y1)}` : `C${number(x0)} ${number(y0 + bend)} ${number(x1)} ${number(y1 - bend)} ${number(x1)} ${number(y1)}`;
      }
      return path;
    });
    this.parts.push(`<path d="${data.join("")}" fill="none"${this.stroke(style)}/>`);
  }

  arrows(points: number[], size: number, fill: string, opacity: number): void {
    if (points.length === 0) return;
    let path = "";
    for (let i = 0; i < points.length; i += 2) path += `M${number(points[i])} ${number(points[i + 1])}l${number(-size * 0.6)} ${number(-size)}h${number(size * 1.2)}z`;
    this.parts.push(`<path d="${path}" fill="${escapeXml(fill)}"${this.opacity(opacity)}/>`);
  }

  text(text: string, x: number, y: number, font: Font, ink: Ink): void {
    const family = font === "mono" ? families.mono : families.sans;
    const anchor = ink.anchor === undefined || ink.anchor === "start" ? "" : ` text-anchor="${ink.anchor}"`;
    this.parts.push(`<text x="${number(x)}" y="${number(y)}" font-family="${escapeXml(family)}" font-size="${number(ink.size ?? fonts[font].size)}" font-weight="${fonts[font].weight}" fill="${escapeXml(ink.fill)}"${anchor}${this.opacity(ink.opacity)} xml:space="preserve">${escapeXml(text)}</text>`);
  }

  /** The file, showing the given part of the picture. */
  file(title: string, background: string, x: number, y: number, width: number, height: number): string {
    const place = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<svg xmlns="http://www.w3.org/2000/svg" width="${number(width)}" height="${number(height)}" viewBox="${number(x)} ${number(y)} ${number(width)} ${number(height)}">`,
      `<title>${escapeXml(title)}</title>`,
      `<rect ${place} fill="${escapeXml(background)}"/>`,
      ...this.parts,
      "</svg>",
      "",
    ].join("\n");
  }

  private stroke(style: { stroke?: string; width?: number; dash?: number[]; opacity?: number }): string {
    if (style.stroke === undefined) return this.opacity(style.opacity);
    const dash = style.dash === undefined || style.dash.length === 0 ? "" : ` stroke-dasharray="${style.dash.map(number).join(" ")}"`;
    return ` stroke="${escapeXml(style.stroke)}" stroke-width="${number(style.width ?? 1)}"${dash}${this.opacity(style.opacity)}`;
  }

  private opacity(opacity?: number): string {
    return opacity === undefined || opacity === 1 ? "" : ` opacity="${number(opacity)}"`;
  }
}
