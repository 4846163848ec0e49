using System.Text;
using Evergraph.Graph.Import.TorchExport;

namespace Evergraph.Graph.Tests.Import;

/// <summary>Program texts and files of one model.</summary>
internal static class Programs
{
    /// <summary>A program with the given JSON of nodes and more.</summary>
    public static string Text(
        string nodes = "", string inputs = "", string outputs = "", string tensors = "", string inputSpecs = "", string outputSpecs = "",
        string ranges = "", string symInts = "", string symBools = "", string guards = "", string modules = "") => $$$"""
        {"graph_module": {"graph": {"inputs": [{{{inputs}}}], "outputs": [{{{outputs}}}], "nodes": [{{{nodes}}}], "tensor_values": {{{{tensors}}}},
          "sym_int_values": {{{{symInts}}}}, "sym_bool_values": {{{{symBools}}}}, "is_single_tensor_return": false, "custom_obj_values": {}},
         "signature": {"input_specs": [{{{inputSpecs}}}], "output_specs": [{{{outputSpecs}}}]}, "module_call_graph": [{{{modules}}}], "metadata": {}},
         "opset_version": {"aten": 10}, "range_constraints": {{{{ranges}}}}, "schema_version": {"major": 8, "minor": 17},
         "verifiers": ["TRAINING"], "torch_version": "2.11.0", "guards_code": [{{{guards}}}]}
        """;

    public static ExportedProgram Read(string json) => ProgramReader.Read(Encoding.UTF8.GetBytes(json), "m.pt2: models/model.json");

    /// <summary>A .pt2 of the raw layout.</summary>
    public static ZipBuilder Raw(string program) => new ZipBuilder().Add("m/models/model.json", program);
}
