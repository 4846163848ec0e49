import { fonts, type Font } from "./faces.ts";

export interface Fill { fill?: string; stroke?: string; width?: number; radius?: number; dash?: number[]; opacity?: number }

export interface Stroke { stroke: string; width: number; opacity?: number; dash?: number[] }

export interface Ink { fill: string; anchor?: "start" | "middle" | "end"; size?: number; opacity?: number }

/** What the picture is painted on, in the picture's own coordinates: the canvas of the page, or an SVG file with the same strokes. */
export interface Surface {
  box(x: number, y: number, width: number, height: number, style: Fill): void;
  /** Lines through points x, y, x, y…, from top to bottom. */
  lines(paths: readonly number[][], style: Stroke, straight: boolean): void;
  /** Triangles that point down at x, y. */
  arrows(points: number[], size: number, fill: string, opacity: number): void;
  text(text: string, x: number, y: number, font: Font, ink: Ink): void;
}

export const families = {
  sans: '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  mono: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
};

/** How far below and above its ends a line that swings over is pulled straight. */
export const pull = (y0: number, y1: number): number => (y1 > y0 ? (y1 - y0) * 0.5 : Math.min(80, 30 + (y0 - y1) * 0.2));

// Skia strokes a path of many lines in more than linear time; so many at once is the best measured.
const batch = 64;

/** The canvas of the page. Colours with opacity are made once a call, not once a shape. */
export class CanvasSurface implements Surface {
  constructor(private readonly context: CanvasRenderingContext2D) {}

  box(x: number, y: number, width: number, height: number, style: Fill): void {
    const { context } = this;
    context.globalAlpha = style.opacity ?? 1;
    const radius = style.radius ?? 0;
    if (radius === 0 && style.stroke === undefined) {
      context.fillStyle = style.fill ?? "none";
      context.fillRect(x, y, width, height);
      return;
    }
    context.beginPath();
    if (radius === 0) context.rect(x, y, width, height);
    else context.roundRect(x, y, width, height, radius);
    if (style.fill !== undefined) {
      context.fillStyle = style.fill;
      context.fill();
    }
    if (style.stroke !== undefined) {
      context.strokeStyle = style.stroke;
      context.lineWidth = style.width ?? 1;
      context.setLineDash(style.dash ?? []);
      context.stroke();
    }
  }

  lines(paths: readonly number[][], style: Stroke, straight: boolean): void {
    const { context } = this;
    context.globalAlpha = style.opacity ?? 1;
    context.strokeStyle = style.stroke;
    context.lineWidth = style.width;
    context.setLineDash(style.dash ?? []);
    context.lineJoin = "round";
    for (let first = 0; first < paths.length; first += batch) {
      context.beginPath();
      for (let p = first; p < Math.min(first + batch, paths.length); p++) {
        const points = paths[p];
        context.moveTo(points[0], points[1]);
        for (let i = 2; i < points.length; i += 2) {
          const [x0, y0, x1, y1] = [points[i - 2], points[i - 1], points[i], points[i + 1]];
          const bend = pull(y0, y1);
          if (straight || (x0 === x1 && y1 >= y0)) context.lineTo(x1, y1);
          else context.bezierCurveTo(x0, y0 + bend, x1, y1 - bend, x1, y1);
        }
      }
      context.stroke();
    }
  }

  arrows(points: number[], size: number, fill: string, opacity: number): void {
    const { context } = this;
    context.globalAlpha = opacity;
    context.fillStyle = fill;
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      context.moveTo(points[i], points[i + 1]);
      context.lineTo(points[i] - size * 0.6, points[i + 1] - size);
      context.lineTo(points[i] + size * 0.6, points[i + 1] - size);
    }
    context.fill();
  }

  text(text: string, x: number, y: number, font: Font, ink: Ink): void {
    const { context } = this;
    context.globalAlpha = ink.opacity ?? 1;
    context.font = fontOf(font, ink.size);
    context.fillStyle = ink.fill;
    context.textAlign = ink.anchor === "middle" ? "center" : (ink.anchor ?? "start");
    context.fillText(text, x, y);
  }
}

/** A font as canvas and style sheets write it. */
export const fontOf = (font: Font, size = fonts[font].size): string => `${fonts[font].weight} ${size}px ${font === "mono" ? families.mono : families.sans}`;
