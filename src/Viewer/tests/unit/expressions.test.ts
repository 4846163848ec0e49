import { describe, expect, it } from "vitest";
import { evaluate, floorDivide, floorModulo, Sizes, symbolsOf, typesBySymbol } from "../../model/expressions.ts";
import type { Expr } from "../../model/document.ts";
import * as numbers from "../../model/numbers.ts";
import { documentOf, layeredStage } from "../documents.ts";
import { random } from "../random.ts";

const at = (tree: Expr, symbols: Record<string, number> = {}): number => evaluate(tree, new Map(Object.entries(symbols)));

describe("expressions", () => {
  it.each([[7, 2, 3, 1], [-7, 2, -4, 1], [7, -2, -4, -1], [-7, -2, 3, -1], [6, 3, 2, 0], [-6, 3, -2, 0], [0, 5, 0, 0], [9007199254740991, 2, 4503599627370495, 1], [9007199254740991, 3, 3002399751580330, 1]])("%d // %d = %d, rest %d", (a, b, quotient, rest) => {
    expect(floorDivide(a, b)).toBe(quotient);
    expect(floorModulo(a, b)).toBe(rest);
    expect(at(["//", a, b])).toBe(quotient);
    expect(at(["%", a, b])).toBe(rest);
  });

  it("agrees with exact integers on random numbers", () => {
    const next = random(7);
    for (let i = 0; i < 2000; i++) {
      const a = Math.round((next() - 0.5) * 2 ** (1 + Math.floor(next() * 52)));
      const b = Math.round((next() - 0.5) * 2 ** (1 + Math.floor(next() * 30))) || 3;
      const exact = BigInt(a) / BigInt(b) - (BigInt(a) % BigInt(b) !== 0n && a < 0 !== b < 0 ? 1n : 0n);
      expect(BigInt(floorDivide(a, b)), `${a} // ${b}`).toBe(exact);
      expect(BigInt(floorModulo(a, b)), `${a} % ${b}`).toBe(BigInt(a) - exact * BigInt(b));
    }
  });

  it("evaluates sums, products, least and greatest", () => {
    expect(at(["//", ["+", "n", ["+", "tp", -1]], "tp"], { n: 1001, tp: 2 })).toBe(501);
    expect(at(["min", ["*", 16, "s"], ["*", 32, "s"]], { s: 5 })).toBe(80);
    expect(at(["max", "s", 8, ["*", "s", "s"]], { s: 3 })).toBe(9);
  });

  it("gives NaN, not an error, for a symbol without a value and for division by zero", () => {
    expect(at("s")).toBeNaN();
    expect(at(["//", 4, 0])).toBeNaN();
  });

  it("finds symbols", () => expect([...symbolsOf(["//", ["+", "a", ["*", "b", "a"]], 2])]).toEqual(["a", "b"]));

  it("evaluates shapes and bytes of all types at once", () => {
    const sizes = new Sizes(documentOf(layeredStage(1)), new Map([["s0", 5]]));
    expect(sizes.text(1)).toBe("float32[3, 64]");
    expect(sizes.bytesOf(1)).toBe(3 * 64 * 4);
    expect(sizes.text(2)).toBe("float32[64]");
  });

  it("knows which types carry a symbol", () => expect([...typesBySymbol(documentOf(layeredStage(1))).get("s0")!]).toEqual([0, 1]));
});

describe("numbers", () => {
  it.each([[0, "0 B"], [1023, "1023 B"], [1536, "1.50 KiB"], [1048575, "1.00 MiB"], [NaN, "unknown"]])("%d bytes: %s", (value, text) => expect(numbers.bytes(value)).toBe(text));
  it.each([[999, "999"], [14_900_000, "14.9 M"], [999_999, "1.00 M"]])("%d operations: %s", (value, text) => expect(numbers.operations(value)).toBe(text));
  it.each([[0.5, "500 ns"], [12.34, "12.3 µs"], [1500, "1.50 ms"]])("%d µs: %s", (value, text) => expect(numbers.time(value)).toBe(text));
});
