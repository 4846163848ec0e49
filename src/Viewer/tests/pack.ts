import type { ViewDocument } from "../model/document.ts";
import type { PackedDocument, PackedNode } from "../model/packed.ts";

/** A document as the C# side writes it. */
export function pack({ stages, ...rest }: ViewDocument): PackedDocument {
  const nodes: PackedNode[] = [];
  const known = new Map<string, number>();
  const packedStages = stages.map((stage) => ({
    ...stage,
    nodes: stage.nodes.map(({ module, inputs, ...node }) => {
      const packed = { ...node, names: inputs.map((input) => input.name) };
      const text = JSON.stringify(packed);
      let index = known.get(text);
      if (index === undefined) known.set(text, (index = nodes.push(packed) - 1));
      return [index, module, ...inputs.flatMap((input) => [input.node, input.output])];
    }),
  }));
  return { ...rest, nodes, stages: packedStages };
}
