import type { Expr, ViewDocument } from "./document.ts";

/** Quotient rounded towards minus infinity, as Dim's `//`; exact for integers that a double holds. */
export function floorDivide(a: number, b: number): number {
  const rest = a % b;
  const quotient = (a - rest) / b;
  return (rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient) + 0;
}

/** What is left of {@link floorDivide}: it has the divisor's sign. */
export function floorModulo(a: number, b: number): number {
  const rest = a % b;
  return (rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest) + 0;
}

/** The value of an expression; NaN where a symbol has no value or a divisor is zero. */
export function evaluate(tree: Expr, symbols: ReadonlyMap<string, number>): number {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") return symbols.get(tree) ?? NaN;
  const values = tree.slice(1).map((arg) => evaluate(arg, symbols));
  switch (tree[0]) {
    case "+": return values.reduce((a, b) => a + b, 0);
    case "*": return values.reduce((a, b) => a * b, 1);
    case "//": return floorDivide(values[0], values[1]);
    case "%": return floorModulo(values[0], values[1]);
    case "min": return Math.min(...values);
    case "max": return Math.max(...values);
  }
}

/** The names of all symbols in an expression. */
export function symbolsOf(tree: Expr, found = new Set<string>()): Set<string> {
  if (typeof tree === "string") found.add(tree);
  else if (typeof tree !== "number") for (const arg of tree.slice(1)) symbolsOf(arg, found);
  return found;
}

/** All sizes of a document at one choice of the symbols. Expressions are interned, so moving a slider evaluates each once. */
export class Sizes {
  readonly values: Float64Array;
  private readonly bytes: Float64Array;

  constructor(private readonly document: ViewDocument, readonly symbols: ReadonlyMap<string, number>) {
    this.values = Float64Array.from(document.exprs, (expr) => evaluate(expr.tree, symbols));
    this.bytes = Float64Array.from(document.types, (type) => Math.ceil((type.shape.reduce((product, size) => product * this.values[size], 1) * type.bits) / 8));
  }

  /** The evaluated shape of a type, such as [1, 128, 64]. */
  shape(type: number): number[] {
    return this.document.types[type].shape.map((size) => this.values[size]);
  }

  /** A type with its evaluated shape, as text. */
  text(type: number): string {
    return `${this.document.types[type].dtype}[${this.shape(type).map((n) => (Number.isNaN(n) ? "?" : String(n))).join(", ")}]`;
  }

  bytesOf(type: number): number {
    return this.bytes[type];
  }
}

/** For each symbol, which types carry it in their shapes. */
export function typesBySymbol(document: ViewDocument): Map<string, Set<number>> {
  const carriers = new Map<string, Set<number>>(document.symbols.map((symbol) => [symbol.name, new Set()]));
  const ofExpr = document.exprs.map((expr) => symbolsOf(expr.tree));
  document.types.forEach((type, i) => {
    for (const size of type.shape) for (const symbol of ofExpr[size]) carriers.get(symbol)?.add(i);
  });
  return carriers;
}
