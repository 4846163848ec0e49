const group = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function scaled(value: number, step: number, units: string[]): string {
  if (!Number.isFinite(value)) return "unknown";
  let unit = 0;
  let size = value;
  // 999.96 of a unit would be written as 1000.
  while (Math.abs(size) >= step * 0.99995 && unit < units.length - 1) {
    size /= step;
    unit++;
  }
  const digits = unit === 0 ? String(Math.round(size)) : size.toPrecision(Math.abs(size) >= 1000 ? 4 : 3);
  return units[unit] === "" ? digits : `${digits} ${units[unit]}`;
}

/** 1536 is "1.50 KiB". */
export const bytes = (value: number): string => scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);

/** Multiplications and additions: 2 × 10⁹ is "2.00 G". */
export const operations = (value: number): string => scaled(value, 1000, ["", "k", "M", "G", "T", "P", "E"]);

/** Microseconds. */
export const time = (value: number): string => scaled(value * 1000, 1000, ["ns", "µs", "ms", "s"]);

/** With separators: 12,345. */
export const count = (value: number): string => (Number.isFinite(value) ? group.format(value) : "unknown");
