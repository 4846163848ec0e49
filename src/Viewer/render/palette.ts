/** The colours of the picture. They are written once, in styles/theme.css, and read from there. */
const names = [
  "canvas", "card", "card-line", "box", "box-deep", "box-line", "ink", "muted", "wire", "accent", "accent-soft", "lit",
  "input", "input-line", "collective", "collective-line", "maybe", "maybe-line", "parameter",
  "fault", "fault-soft", "added", "added-soft", "removed", "removed-soft", "changed", "changed-soft", "heat-low", "heat-high",
] as const;

export type Colour = (typeof names)[number];
export type Palette = Record<Colour, string>;

/** The colours in force, as #rrggbb. */
export function readPalette(): Palette {
  // A variable's own text is still light-dark(…): an element that has the colour says which of the two it is.
  const probe = document.documentElement.appendChild(document.createElement("i"));
  const style = getComputedStyle(probe);
  const palette = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, hexadecimal(style.color)];
  });
  probe.remove();
  return Object.fromEntries(palette) as Palette;
}

/** rgb(250, 250, 250) as #fafafa. */
const hexadecimal = (colour: string): string => `#${colour.match(/\d+/g)!.slice(0, 3).map((channel) => Number(channel).toString(16).padStart(2, "0")).join("")}`;

/** A colour between two, both as #rrggbb. */
export function mix(from: string, to: string, part: number): string {
  const channel = (colour: string, at: number): number => Number.parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16);
  return `#${[0, 1, 2].map((at) => Math.round(channel(from, at) + (channel(to, at) - channel(from, at)) * part).toString(16).padStart(2, "0")).join("")}`;
}
