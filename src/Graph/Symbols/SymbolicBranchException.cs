using System.Diagnostics;

namespace Evergraph.Graph;

/// <summary>Model code branched on a condition that holds for some sizes in range and not for others.</summary>
public sealed class SymbolicBranchException : EvergraphException
{
    private SymbolicBranchException(Condition condition, string place, string message)
        : base(message)
    {
        Condition = condition;
        Place = place;
    }

    /// <summary>The condition that was neither proven nor refuted.</summary>
    public Condition Condition { get; }

    /// <summary>The branch, as <c>file.cs:line</c>; the method's name where no debug information is there.</summary>
    public string Place { get; }

    internal static SymbolicBranchException For(Condition condition)
    {
        var symbols = new List<Symbol>();
        condition.Left.CollectSymbols(symbols);
        condition.Right.CollectSymbols(symbols);
        string ranges = string.Join(", ", symbols.Select(symbol => symbol.Describe()));
        string place = FindPlace();
        return new SymbolicBranchException(
            condition,
            place,
            $"{place}: branch on the symbolic condition {condition}: expected one answer for every size in range, "
            + $"given {ranges}, where neither answer is proven; put the branch inside an operator (a [CustomOp] whose "
            + "real implementation sees the size), or write the size with Dim.Min or Dim.Max");
    }

    private static string FindPlace()
    {
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            System.Reflection.MethodBase? method = frame.GetMethod();
            if (method is null || method.Module.Assembly == typeof(Dim).Assembly)
                continue;
            return frame.GetFileName() is { } file
                ? $"{file}:{frame.GetFileLineNumber()}"
                : $"{method.DeclaringType?.FullName}.{method.Name}";
        }
        return "unknown place";
    }
}
