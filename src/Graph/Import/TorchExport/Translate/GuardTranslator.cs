namespace Evergraph.Graph.Import.TorchExport;

/// <summary>
/// Decides what becomes of PyTorch's guards, over the declared ranges. Our fakes state again whatever the nodes need, so
/// only relations between inputs are kept. A guard <c>a != b</c> that is not proven records that PyTorch treats some value
/// as special (0, 1, or an equality it did not want to rely on); no node needs it, and it is dropped.
/// </summary>
internal static class GuardTranslator
{
    public static (IReadOnlyList<ImportedGuard> Guards, IReadOnlyList<RequiredText> Required, IReadOnlyList<string> Warnings) Read(
        TorchExportArchive archive, Weights weights, SymbolTable declared)
    {
        var guards = new List<ImportedGuard>();
        var required = new List<RequiredText>();
        var warnings = new List<string>();
        if (archive.Program.Guards.Count > 0)
            new ModelInputs(archive, new(), declared, weights).Declare(new(archive.Program.Graph));
        foreach (string text in archive.Program.Guards)
        {
            try
            {
                GuardOutcome outcome = Decide(declared.ParseConditions(text), text, archive.Path);
                guards.Add(new(text, outcome));
                if (outcome == GuardOutcome.Required)
                    required.Add(new(text, null, "a guard of the exported program"));
            }
            catch (EvergraphException fault) when (fault is not ImportException)
            {
                guards.Add(new(text, GuardOutcome.NotUnderstood));
                warnings.Add($"a guard is not understood and was left out: {fault.Message}");
            }
        }
        return (guards, required, warnings);
    }

    private static GuardOutcome Decide(IReadOnlyList<Condition> conditions, string text, string path)
    {
        var outcome = GuardOutcome.Proven;
        foreach (Condition condition in conditions)
        {
            Truth proof = condition.Proof;
            if (proof == Truth.False)
                throw new ImportException($"{path}: guard \"{text}\" holds for no size in the declared ranges, expected one; the file is damaged, export it again");
            if (proof == Truth.True)
                continue;
            if (condition.Relation != Relation.NotEqual)
                return GuardOutcome.Required;
            outcome = GuardOutcome.Specialization;
        }
        return outcome;
    }
}
